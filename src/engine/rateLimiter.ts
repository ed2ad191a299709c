import type { Clock } from '../ports/clock.js'

/** Reads are cut to this much of a second while a limit holds, so that it is felt as a slow line and not as stops. */
const PIECE_SECONDS = 0.05
const PIECE_MIN_BYTES = 16 * 1024
/** What may be caught up after a pause. */
const BURST_MS = 100

/** A speed limit shared by everybody who spends from it. Changes take effect at the next piece. */
export class RateLimiter {
  /** `undefined`: no limit. */
  bytesPerSecond: number | undefined
  readonly #clock: Clock
  #paidUntil = 0

  constructor(clock: Clock, bytesPerSecond?: number) {
    this.#clock = clock
    this.bytesPerSecond = bytesPerSecond
  }

  /** How many bytes to ask for at once, at most. */
  get pieceBytes(): number {
    if (!this.bytesPerSecond) return Number.POSITIVE_INFINITY
    return Math.max(PIECE_MIN_BYTES, Math.floor(this.bytesPerSecond * PIECE_SECONDS))
  }

  /** Settles when the line would have carried `bytes` more. Rejects with `signal.reason`. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    if (!this.bytesPerSecond) return
    const now = this.#clock.monotonic()
    this.#paidUntil = Math.max(this.#paidUntil, now - BURST_MS) + (bytes * 1000) / this.bytesPerSecond
    if (this.#paidUntil > now) await sleep(this.#clock, this.#paidUntil - now, signal)
  }
}

function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clock.clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = clock.setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, delayMs)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
