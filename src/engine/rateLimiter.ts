import type { Clock } from '../ports/clock.js'

/** Reads are cut to this much of a second while a limit holds, so that it is felt as a slow line and not as stops. */
const PIECE_SECONDS = 0.05
const PIECE_MIN_BYTES = 16 * 1024
/** What may be caught up after a pause. */
const BURST_MS = 100
/** No platform takes more. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** A speed limit shared by everybody who spends from it. A change takes effect at once, also for whoever waits. */
export class RateLimiter {
  readonly #clock: Clock
  #bytesPerSecond: number | undefined
  #paidUntil = 0
  /** Of those who wait: makes what is left of it so much longer. */
  readonly #waits = new Set<(factor: number) => void>()

  constructor(clock: Clock, bytesPerSecond?: number) {
    this.#clock = clock
    this.#bytesPerSecond = bytesPerSecond
  }

  /** `undefined`: no limit. */
  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond
  }

  /** What is owed by then is owed at the new speed. */
  set bytesPerSecond(wanted: number | undefined) {
    const before = this.#bytesPerSecond
    if (wanted === before) return
    this.#bytesPerSecond = wanted
    const factor = before && wanted ? before / wanted : 0
    const now = this.#clock.monotonic()
    this.#paidUntil = now + Math.max(0, this.#paidUntil - now) * factor
    for (const stretch of [...this.#waits]) stretch(factor)
  }

  /** How many bytes to ask for at once, at most. */
  get pieceBytes(): number {
    if (!this.#bytesPerSecond) return Number.POSITIVE_INFINITY
    return Math.max(PIECE_MIN_BYTES, Math.floor(this.#bytesPerSecond * PIECE_SECONDS))
  }

  /** Counts `bytes` that nobody waits for: whoever spends next does. */
  charge(bytes: number): void {
    if (!this.#bytesPerSecond) return
    const oldest = this.#clock.monotonic() - BURST_MS
    this.#paidUntil = Math.max(this.#paidUntil, oldest) + (bytes * 1000) / this.#bytesPerSecond
  }

  /** Settles when the line would have carried `bytes` more. Rejects with `signal.reason`. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    this.charge(bytes)
    if (this.#bytesPerSecond && this.#paidUntil > this.#clock.monotonic()) await this.#wait(this.#paidUntil, signal)
  }

  #wait(until: number, signal: AbortSignal): Promise<void> {
    const clock = this.#clock
    let dueAt = until
    let timer: unknown
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clock.clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        this.#waits.delete(stretch)
        settle()
      }
      const stop = (): void => end(() => reject(signal.reason))
      const goOn = (): void => {
        const leftMs = dueAt - clock.monotonic()
        if (leftMs <= 0) return end(resolve)
        timer = clock.setTimeout(goOn, Math.min(leftMs, MAX_DELAY_MS))
      }
      const stretch = (factor: number): void => {
        clock.clearTimeout(timer)
        const now = clock.monotonic()
        dueAt = now + (dueAt - now) * factor
        goOn()
      }
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop, { once: true })
      this.#waits.add(stretch)
      goOn()
    })
  }
}
