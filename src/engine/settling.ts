/** What is being hashed and written while the next bytes come. */
export class Settling {
  readonly #open = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined
  /** Called whenever nothing is open any more. */
  whenIdle: (() => void) | undefined

  add(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    this.#open.add(settled)
    void settled.then(() => {
      this.#open.delete(settled)
      if (this.isIdle) this.whenIdle?.()
    })
  }

  get isIdle(): boolean {
    return this.#open.size === 0
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  async end(): Promise<void> {
    await Promise.all(this.#open)
  }
}
