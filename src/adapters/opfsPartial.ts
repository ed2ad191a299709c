import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { PartialBundle, PartialPiece } from '../ports/bundleStore.js'
import { toBrowserStorageError } from './domErrors.js'
import { readExactly } from './opfsBundleFile.js'
import { type OpfsFile, openAlone, type SyncHandle } from './opfsFiles.js'
import { copyInto, writeAll } from './opfsMoves.js'

export interface OpfsPartialOptions {
  readonly file: OpfsFile
  readonly timers: Timers
  /** What it begins with, where it is new: a snapshot of what an earlier leader left. */
  readonly inherited: Blob | undefined
  /** Makes the closed file the bundle `address`. */
  readonly seal: (address: string) => Promise<void>
  readonly pieces: () => Promise<readonly PartialPiece[]>
  /** Throws for what may be no address. */
  readonly checkAddress: (address: string) => void
  readonly onClose: () => void
}

/** A partial over a handle that nobody else has. */
export async function openOpfsPartial(options: OpfsPartialOptions): Promise<PartialBundle> {
  const handle = await openAlone(options.file, options.timers)
  try {
    let size = await handle.getSize()
    if (size === 0 && options.inherited) size = await copyInto(handle, options.inherited)
    return new OpfsPartial(options, handle, size)
  } catch (error) {
    await handle.close()
    throw error
  }
}

class OpfsPartial implements PartialBundle {
  readonly #options: OpfsPartialOptions
  readonly #handle: SyncHandle
  #size: number
  #closing: Promise<void> | undefined

  constructor(options: OpfsPartialOptions, handle: SyncHandle, size: number) {
    this.#options = options
    this.#handle = handle
    this.#size = size
  }

  get size(): number {
    return this.#size
  }

  read(offset: number, length: number): Promise<Bytes> {
    const clipped = Math.max(0, Math.min(length, this.#size - offset))
    return this.#use('read', (handle) => readExactly(handle, offset, clipped))
  }

  write(offset: number, bytes: Bytes): Promise<void> {
    return this.#use('write', (handle) => {
      writeAll(handle, bytes, offset)
      this.#size = Math.max(this.#size, offset + bytes.length)
    })
  }

  truncate(size: number): Promise<void> {
    return this.#use('resize', async (handle) => {
      await handle.truncate(size)
      this.#size = size
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
    const sealing = this.#finish(() => this.#options.seal(address))
    this.#closing = sealing.catch(() => {})
    await sealing
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish(async () => {})
    return this.#closing
  }

  /** Nobody else opens the partial before `then` is done. */
  async #finish(then: () => Promise<void>): Promise<void> {
    try {
      await this.#handle.close()
      await then()
    } catch (error) {
      throw toBrowserStorageError(error, `close the partial ${this.#options.file.name}`)
    } finally {
      this.#options.onClose()
    }
  }

  async #use<T>(doing: string, work: (handle: SyncHandle) => T | Promise<T>): Promise<T> {
    const { name } = this.#options.file
    if (this.#closing !== undefined) throw new StorageError(`The partial ${name} is closed`)
    try {
      return await work(this.#handle)
    } catch (error) {
      throw toBrowserStorageError(error, `${doing} the partial ${name}`)
    }
  }
}
