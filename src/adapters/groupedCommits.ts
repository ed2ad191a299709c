import type { RecordChange } from '../ports/recordStore.js'

interface Waiting {
  readonly changes: readonly RecordChange[]
  readonly epoch: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Commits that are asked for while one is under way go together into the next: a transaction costs far more than what
 * is in it. Each is still there whole or not at all, none before those that were asked for earlier, and each fails for
 * what is wrong with it alone.
 */
export class GroupedCommits {
  readonly #write: (changes: readonly RecordChange[], epoch: number) => Promise<void>
  readonly #waiting: Waiting[] = []
  #isWriting = false
  #writing = Promise.resolve()

  /** `write` makes all changes in one transaction. */
  constructor(write: (changes: readonly RecordChange[], epoch: number) => Promise<void>) {
    this.#write = write
  }

  commit(changes: readonly RecordChange[], epoch: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, epoch, resolve, reject })
      if (!this.#isWriting) this.#writing = this.#writeAll()
    })
  }

  /** Settles when none is under way. */
  whenIdle(): Promise<void> {
    return this.#writing
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) await this.#writeGroup(this.#takeGroup())
    this.#isWriting = false
  }

  /** Those of one leader. */
  #takeGroup(): readonly Waiting[] {
    const epoch = this.#waiting[0]?.epoch
    const end = this.#waiting.findIndex((other) => other.epoch !== epoch)
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const [first] = group
    if (!first) return
    try {
      const changes = group.length === 1 ? first.changes : group.flatMap((each) => each.changes)
      await this.#write(changes, first.epoch)
      for (const { resolve } of group) resolve()
    } catch (error) {
      if (group.length === 1) first.reject(error)
      else for (const each of group) await this.#writeGroup([each])
    }
  }
}
