const REDRAW_MS = 1000

/** A speed that a person can read: redrawn at most once a second. */
export class SteadySpeed {
  #shown: number | undefined
  #at = Number.NEGATIVE_INFINITY

  /** Bytes per second to show; `undefined` while nothing comes. */
  next(bytesPerSecond: number, at: number): number | undefined {
    if (bytesPerSecond <= 0) return this.stop()
    if (this.#shown !== undefined && at - this.#at < REDRAW_MS) return this.#shown
    this.#shown = bytesPerSecond
    this.#at = at
    return this.#shown
  }

  /** Nothing moves any more. */
  stop(): undefined {
    this.#shown = undefined
    this.#at = Number.NEGATIVE_INFINITY
  }
}
