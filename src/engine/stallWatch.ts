import { StalledError } from '../domain/errors/index.js'
import { GRACE_MS, isLate } from '../domain/patience.js'
import type { Clock } from '../ports/clock.js'

/** Fewer bytes than this in the whole limit are as good as none: a source may not hold a download by drops. */
const MIN_BYTES = 1024

/** Aborts a transfer that brings next to nothing for `limitMs`. One timer a transfer, whatever the number of reads. */
export class StallWatch {
  readonly signal: AbortSignal
  readonly #abort = new AbortController()
  readonly #outer: AbortSignal
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #url: string
  #readingSince = 0
  #isReading = false
  /** Since the last progress: how long the source was waited for, and what came. */
  #waitedMs = 0
  #bytes = 0
  #inGrace = false
  /** Whether the process stood still during the grace, and another one was given for that. */
  #hadSecondGrace = false
  #dueAt = 0
  #timer: unknown

  /** Passes an abort of `outer` on, until it is stopped. */
  constructor(clock: Clock, limitMs: number, url: string, outer: AbortSignal) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#url = url
    this.#outer = outer
    this.signal = this.#abort.signal
    if (outer.aborted) this.#passOn()
    else outer.addEventListener('abort', this.#passOn)
    this.#arm(limitMs)
  }

  /** From here on the source is waited for. */
  begin(): void {
    this.#readingSince = this.#clock.monotonic()
    this.#isReading = true
  }

  /** `count` bytes came. What takes time now is not the source's doing: a speed limit, or a slow disk. */
  end(count: number): void {
    this.#waitedMs += this.#clock.monotonic() - this.#readingSince
    this.#isReading = false
    this.#bytes += count
    if (this.#bytes < MIN_BYTES) return
    this.#bytes = 0
    this.#waitedMs = 0
    this.#inGrace = false
    this.#hadSecondGrace = false
  }

  stop(): void {
    this.#outer.removeEventListener('abort', this.#passOn)
    this.#clock.clearTimeout(this.#timer)
  }

  readonly #passOn = (): void => this.#abort.abort(this.#outer.reason)

  #arm(delayMs: number): void {
    this.#dueAt = this.#clock.monotonic() + delayMs
    this.#timer = this.#clock.setTimeout(() => this.#check(), delayMs)
  }

  #check(): void {
    const leftMs = this.#limitMs - this.#waitedMs - this.#presentWaitMs()
    if (leftMs > 0) return this.#arm(leftMs)
    if (this.#takeGrace()) return this.#arm(GRACE_MS)
    const seconds = Math.round(this.#limitMs / 1000)
    const { host } = new URL(this.#url)
    const message = `${host} sent ${this.#bytes === 0 ? 'nothing' : `only ${this.#bytes} bytes`} for ${seconds} seconds`
    this.#abort.abort(new StalledError(message, { url: this.#url, afterMs: this.#limitMs }))
  }

  #takeGrace(): boolean {
    if (!this.#inGrace) {
      this.#inGrace = true
      return true
    }
    if (this.#hadSecondGrace || !isLate(this.#dueAt, this.#clock.monotonic())) return false
    this.#hadSecondGrace = true
    return true
  }

  #presentWaitMs(): number {
    return this.#isReading ? this.#clock.monotonic() - this.#readingSince : 0
  }
}
