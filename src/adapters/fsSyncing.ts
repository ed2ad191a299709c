import type { FileHandle } from 'node:fs/promises'
import { toStorageError } from './fsErrors.js'

/** The disk begins to take bytes while more come, so that the last flush has few left to wait for. */
const AHEAD_BYTES = 32 * 1024 * 1024

/** Data syncs of one file. The system tells of a failed one only once, so it is remembered here. */
export class Syncing {
  readonly #file: Pick<FileHandle, 'datasync'>
  readonly #path: string
  #unsynced = 0
  #running: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(file: Pick<FileHandle, 'datasync'>, path: string) {
    this.#file = file
    this.#path = path
  }

  /** Bytes were written. */
  count(bytes: number): void {
    this.#unsynced += bytes
    if (this.#unsynced >= AHEAD_BYTES && !this.#running) void this.#start()
  }

  /** What was written survives a power cut. Rejects as well where an earlier sync failed. */
  async flush(): Promise<void> {
    await this.#start()
    if (this.#failure) throw this.#failure.error
  }

  /** Nothing of the file is being synced. Never rejects. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** One after the other. */
  #start(): Promise<void> {
    this.#unsynced = 0
    const run = (this.#running ?? Promise.resolve()).then(() => this.#sync())
    this.#running = run
    void run.then(() => {
      if (this.#running === run) this.#running = undefined
    })
    return run
  }

  async #sync(): Promise<void> {
    try {
      await this.#file.datasync()
    } catch (error) {
      this.#failure ??= { error: toStorageError(error, 'flush', this.#path) }
    }
  }
}
