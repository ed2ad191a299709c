/** Waits for one thing after the other, as long as a signal lasts. One listener, whatever the number of waits. */
export class Interruptible {
  readonly #signal: AbortSignal
  #reject: ((reason: unknown) => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
  }

  /** One at a time. What is waited for ends by other means; after an abort nobody waits for it any more. */
  for<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      promise.then(resolve, reject)
      if (this.#signal.aborted) this.#onAbort()
    })
  }

  end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.#reject?.(this.#signal.reason)
}
