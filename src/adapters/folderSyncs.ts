import { type FileHandle, type FileSystem, openFolder } from './fsSystem.js'
import type { RestingFiles } from './restingFiles.js'

interface FolderSync {
  readonly running: Promise<void>
  /** For all who came since that began: what they did may not be in it. */
  next: Promise<void> | undefined
}

/** Syncs of folders. One makes durable whatever was done in its folder before it began: who waits, shares the next. */
export class FolderSyncs {
  readonly #system: FileSystem
  readonly #resting: RestingFiles<FileHandle> | undefined
  readonly #folders = new Map<string, FolderSync>()

  /** `resting`: where folders stay open for a moment, for the next sync. */
  constructor(system: FileSystem, resting?: RestingFiles<FileHandle>) {
    this.#system = system
    this.#resting = resting
  }

  /** What was made, renamed or deleted in the folder by now survives a power cut. */
  sync(path: string): Promise<void> {
    const found = this.#folders.get(path)
    if (!found) return this.#start(path)
    const start = (): Promise<void> => this.#start(path)
    found.next ??= found.running.then(start, start)
    return found.next
  }

  #start(path: string): Promise<void> {
    const running = this.#syncOnce(path).finally(() => {
      if (this.#folders.get(path)?.next === undefined) this.#folders.delete(path)
    })
    this.#folders.set(path, { running, next: undefined })
    return running
  }

  async #syncOnce(path: string): Promise<void> {
    const folder = (await this.#resting?.take(path)) ?? (await openFolder(this.#system, path))
    if (!folder) return
    let rests = false
    try {
      await folder.sync()
      rests = this.#resting !== undefined
    } finally {
      if (rests) this.#resting?.keep(path, folder)
      else await folder.close()
    }
  }
}
