import { StalledError } from '../domain/errors/index.js'
import type { Clock } from '../ports/clock.js'

/** Bytes that arrived while the process was frozen are let in before anybody is blamed. */
const GRACE_MS = 1000

/** Aborts a transfer that brings nothing for `limitMs`. One timer a transfer, whatever the number of reads. */
export class StallWatch {
  readonly signal: AbortSignal
  readonly #abort = new AbortController()
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #url: string
  #since: number
  #isReading = false
  #inGrace = false
  #timer: unknown

  /** Passes an abort of `outer` on. */
  constructor(clock: Clock, limitMs: number, url: string, outer: AbortSignal) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#url = url
    this.#since = clock.monotonic()
    this.signal = AbortSignal.any([outer, this.#abort.signal])
    this.#arm(limitMs)
  }

  /** From here on the source is waited for. */
  begin(): void {
    this.#since = this.#clock.monotonic()
    this.#inGrace = false
    this.#isReading = true
  }

  /** What takes time now is not the source's doing: a speed limit, or a slow disk. */
  end(): void {
    this.#isReading = false
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
  }

  #arm(delayMs: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#check(), delayMs)
  }

  #check(): void {
    if (!this.#isReading) return this.#arm(this.#limitMs)
    const leftMs = this.#since + this.#limitMs - this.#clock.monotonic()
    if (leftMs > 0) return this.#arm(leftMs)
    if (!this.#inGrace) {
      this.#inGrace = true
      return this.#arm(GRACE_MS)
    }
    const seconds = Math.round(this.#limitMs / 1000)
    const message = `${new URL(this.#url).host} sent nothing for ${seconds} seconds`
    this.#abort.abort(new StalledError(message, { url: this.#url, afterMs: this.#limitMs }))
  }
}
