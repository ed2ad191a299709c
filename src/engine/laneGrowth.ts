import type { Clock } from '../ports/clock.js'

/** A pace is known after so long, and looked at anew as often. */
const LOOK_MS = 250
/** What is here sooner is not worth a connection: it would take memory of its own, and find the line full. */
const WORTH_MS = 1000

type Meter = { readonly bytesTransferred: number }

/** Says when one more connection is worth having: not before it is known that one takes long. */
export class LaneGrowth {
  readonly #clock: Clock
  readonly #meter: Meter
  readonly #wantedBytes: number
  readonly #grow: () => void
  #transferredBefore = 0
  #since: number | undefined
  #timer: unknown

  /** `wantedBytes`: what is to come over all connections. `grow`: one more may be worth it by now. */
  constructor(clock: Clock, meter: Meter, wantedBytes: number, grow: () => void) {
    this.#clock = clock
    this.#meter = meter
    this.#wantedBytes = wantedBytes
    this.#grow = grow
  }

  /** The first answer is here. */
  begin(): void {
    if (this.#since !== undefined) return
    this.#since = this.#clock.monotonic()
    this.#transferredBefore = this.#meter.bytesTransferred
    this.#lookLater()
  }

  get isWorthIt(): boolean {
    if (this.#since === undefined) return false
    const elapsedMs = this.#clock.monotonic() - this.#since
    const bytes = this.#meter.bytesTransferred - this.#transferredBefore
    return elapsedMs >= LOOK_MS && (this.#wantedBytes - bytes) * elapsedMs >= bytes * WORTH_MS
  }

  end(): void {
    this.#clock.clearTimeout(this.#timer)
  }

  #lookLater(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#lookLater()
      if (this.isWorthIt) this.#grow()
    }, LOOK_MS)
  }
}
