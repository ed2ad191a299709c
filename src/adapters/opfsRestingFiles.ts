import type { Timers } from '../domain/timeLimit.js'
import type { HeldFile } from './opfsPartial.js'

/** A download that goes well opens its partial three times, one time after the other: opening takes longer than the rest of it. */
const REST_MS = 50

interface Resting {
  readonly held: HeldFile
  readonly timer: unknown
}

/** Files that nobody uses any more, by key, their handles still open for a moment. */
export class RestingFiles {
  readonly #timers: Timers
  readonly #resting = new Map<string, Resting>()
  readonly #closing = new Map<string, Promise<void>>()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  keep(key: string, held: HeldFile): void {
    const timer = this.#timers.setTimeout(() => void this.letGo(key), REST_MS)
    this.#resting.set(key, { held, timer })
  }

  /** The file is the caller's. `undefined` where it is closed. */
  async take(key: string): Promise<HeldFile | undefined> {
    await this.#closing.get(key)
    const found = this.#resting.get(key)
    if (!found) return undefined
    this.#resting.delete(key)
    this.#timers.clearTimeout(found.timer)
    return found.held
  }

  /** Settles when the file is closed. */
  async letGo(key: string): Promise<void> {
    const held = await this.take(key)
    if (!held) return
    const closing = (async () => held.handle.close())()
      .catch(() => {})
      .finally(() => this.#closing.delete(key))
    this.#closing.set(key, closing)
    await closing
  }

  async letGoOfAll(): Promise<void> {
    await Promise.all([...this.#resting.keys(), ...this.#closing.keys()].map((key) => this.letGo(key)))
  }
}
