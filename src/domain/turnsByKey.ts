/** Work under the same key goes one after the other, in the order it came; under different keys at once. */
export class TurnsByKey {
  /** By key, the last that has come: settles, and never rejects, when it is over. */
  readonly #last = new Map<string, Promise<void>>()

  /** Settles as `work` does. Work that fails does not stop the next. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const over = running.then(
      () => {},
      () => {},
    )
    this.#last.set(key, over)
    try {
      return await running
    } finally {
      if (this.#last.get(key) === over) this.#last.delete(key)
    }
  }

  /** Settles when all that has come under the key by now is over. */
  async over(key: string): Promise<void> {
    await this.#last.get(key)
  }

  /** The same for all keys. */
  async allOver(): Promise<void> {
    await Promise.all(this.#last.values())
  }
}
