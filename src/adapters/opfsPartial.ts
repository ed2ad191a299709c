import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { PartialBundle, PartialPiece } from '../ports/bundleStore.js'
import { toBrowserStorageError } from './domErrors.js'
import { readExactly } from './opfsBundleFile.js'
import { type OpfsFile, openAlone, type SyncHandle } from './opfsFiles.js'
import { copyInto, writeAll } from './opfsMoves.js'

export interface OpfsPartialOptions {
  readonly held: HeldFile
  /** Makes the closed file the bundle `address`. */
  readonly seal: (file: OpfsFile, address: string) => Promise<void>
  readonly pieces: () => Promise<readonly PartialPiece[]>
  /** Throws for what may be no address. */
  readonly checkAddress: (address: string) => void
  /** Nobody uses the file for a moment, whose handle is open. */
  readonly rest: (held: HeldFile) => void
  /** The file is closed. */
  readonly onClose: () => void
}

/** A partial's file, and the handle on it that nobody else has. */
export interface HeldFile {
  readonly file: OpfsFile
  readonly handle: SyncHandle
  size: number
}

/** `inherited`: what it begins with, where it is new: a snapshot of what an earlier leader left. */
export async function holdFile(file: OpfsFile, timers: Timers, inherited: Blob | undefined): Promise<HeldFile> {
  const handle = await openAlone(file, timers)
  try {
    let size = await handle.getSize()
    if (size === 0 && inherited) size = await copyInto(handle, inherited)
    return { file, handle, size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** A partial over a file that is held. */
export function createOpfsPartial(options: OpfsPartialOptions): PartialBundle {
  return new OpfsPartial(options)
}

class OpfsPartial implements PartialBundle {
  readonly #options: OpfsPartialOptions
  readonly #held: HeldFile
  #closing: Promise<void> | undefined

  constructor(options: OpfsPartialOptions) {
    this.#options = options
    this.#held = options.held
  }

  get size(): number {
    return this.#held.size
  }

  read(offset: number, length: number): Promise<Bytes> {
    const clipped = Math.max(0, Math.min(length, this.size - offset))
    return this.#use('read', (handle) => readExactly(handle, offset, clipped))
  }

  write(offset: number, bytes: Bytes): Promise<void> {
    return this.#use('write', (handle) => {
      writeAll(handle, bytes, offset)
      this.#held.size = Math.max(this.size, offset + bytes.length)
    })
  }

  truncate(size: number): Promise<void> {
    return this.#use('resize', async (handle) => {
      await handle.truncate(size)
      this.#held.size = size
    })
  }

  flush(): Promise<void> {
    return this.#use('flush', (handle) => handle.flush())
  }

  pieces(): Promise<readonly PartialPiece[]> {
    return this.#use('look for pieces of', () => this.#options.pieces())
  }

  async seal(address: string): Promise<void> {
    this.#options.checkAddress(address)
    await this.flush()
    if (this.#closing !== undefined) return
    const sealing = this.#finish(() => this.#options.seal(this.#held.file, address))
    this.#closing = sealing.catch(() => {})
    await sealing
  }

  async close(hint = { opensAgain: false }): Promise<void> {
    if (this.#closing === undefined && hint.opensAgain) {
      this.#closing = Promise.resolve()
      this.#options.rest(this.#held)
    }
    this.#closing ??= this.#finish(async () => {})
    await this.#closing
  }

  /** Nobody else opens the partial before `then` is done. */
  async #finish(then: () => Promise<void>): Promise<void> {
    const { file, handle } = this.#held
    try {
      await handle.close()
      await then()
    } catch (error) {
      throw toBrowserStorageError(error, `close the partial ${file.name}`)
    } finally {
      this.#options.onClose()
    }
  }

  async #use<T>(doing: string, work: (handle: SyncHandle) => T | Promise<T>): Promise<T> {
    const { file, handle } = this.#held
    if (this.#closing !== undefined) throw new StorageError(`The partial ${file.name} is closed`)
    try {
      return await work(handle)
    } catch (error) {
      throw toBrowserStorageError(error, `${doing} the partial ${file.name}`)
    }
  }
}
