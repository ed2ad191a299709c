import type { DockState } from '../actors/dockState.js'
import { ClosedError } from '../domain/errors/index.js'

/**
 * The end of a dock, for whoever waits for something else. A race with one promise for all would keep what each of them
 * has waited for until the dock is closed.
 */
export class Closing {
  readonly #waiting = new Set<(reason: ClosedError) => void>()
  #reason: ClosedError | undefined

  constructor({ beforeClose }: DockState) {
    beforeClose.add(async () => {
      const reason = new ClosedError('The dock was closed meanwhile')
      this.#reason = reason
      for (const end of this.#waiting) end(reason)
      this.#waiting.clear()
    })
  }

  /** As `work` settles. Rejects with `ClosedError` where the dock is closed before. */
  orElse<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#reason) {
        work.catch(() => {})
        return reject(this.#reason)
      }
      this.#waiting.add(reject)
      work.then(
        (value) => {
          this.#waiting.delete(reject)
          resolve(value)
        },
        (error: unknown) => {
          this.#waiting.delete(reject)
          reject(error)
        },
      )
    })
  }
}
