import type { Timers } from '../domain/timeLimit.js'

/** A download that goes well opens its partial three times, one time after the other: opening takes longer than the rest of it. */
const REST_MS = 50

interface Resting<T> {
  readonly file: T
  readonly timer: unknown
}

/** Files that nobody uses any more, by key, their handles still open for a moment. */
export class RestingFiles<T> {
  readonly #timers: Timers
  readonly #close: (file: T) => unknown
  readonly #resting = new Map<string, Resting<T>>()
  readonly #closing = new Map<string, Promise<void>>()

  /** `close`: what fails of it is of no interest. */
  constructor(timers: Timers, close: (file: T) => unknown) {
    this.#timers = timers
    this.#close = close
  }

  keep(key: string, file: T): void {
    const timer = this.#timers.setTimeout(() => void this.letGo(key), REST_MS)
    this.#resting.set(key, { file, timer })
  }

  /** The file is the caller's. `undefined` where it is closed. */
  async take(key: string): Promise<T | undefined> {
    await this.#closing.get(key)
    return this.#wake(key)
  }

  /** Settles when the file is closed, whoever asked for it. */
  async letGo(key: string): Promise<void> {
    await this.#closing.get(key)
    const file = this.#wake(key)
    if (file !== undefined) this.#closing.set(key, this.#closed(key, file))
    await this.#closing.get(key)
  }

  async letGoOfAll(): Promise<void> {
    await Promise.all([...this.#resting.keys(), ...this.#closing.keys()].map((key) => this.letGo(key)))
  }

  #wake(key: string): T | undefined {
    const found = this.#resting.get(key)
    if (!found) return undefined
    this.#resting.delete(key)
    this.#timers.clearTimeout(found.timer)
    return found.file
  }

  async #closed(key: string, file: T): Promise<void> {
    try {
      await this.#close(file)
    } catch {
      // of no interest
    }
    this.#closing.delete(key)
  }
}
