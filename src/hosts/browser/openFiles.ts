import type { Bytes } from '../../domain/bytes.js'
import { digestsOf, PIECE_BYTES } from '../../domain/digestsOf.js'
import { StorageError } from '../../domain/errors/index.js'
import type { BundleReader, PartialBundle } from '../../ports/bundleStore.js'
import type { Digester } from '../../ports/digester.js'
import type { EngineCalls, OpenedFile } from './engine.protocol.js'

type FileCalls = Pick<EngineCalls, 'read' | 'digests' | 'write' | 'truncate' | 'flush' | 'seal' | 'closeFile'>

/** Whoever checks a bundle asks for the next part while one is hashed. */
const MOST_SPARES = 2

/** The files that the page has open in the worker, by number. */
export class OpenFiles {
  readonly #readers = new Map<number, BundleReader>()
  readonly #partials = new Map<number, PartialBundle>()
  readonly #digester: Pick<Digester, 'digest'>
  readonly #spares: Bytes[] = []
  #opened = 0

  constructor(digester: Pick<Digester, 'digest'>) {
    this.#digester = digester
  }

  addPartial(partial: PartialBundle): OpenedFile {
    const opened = this.addReader(partial)
    this.#partials.set(opened.handle, partial)
    return opened
  }

  addReader(reader: BundleReader): OpenedFile {
    this.#opened++
    this.#readers.set(this.#opened, reader)
    return { handle: this.#opened, size: reader.size }
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#readers.keys()].map((handle) => this.calls.closeFile(handle)))
  }

  async #digests(reader: BundleReader, offset: number, lengths: readonly number[]): Promise<Bytes> {
    // a read into memory that was read into before takes a fifth of the time
    const spare = this.#spares.pop() ?? new Uint8Array(PIECE_BYTES)
    const digests = await digestsOf(reader, this.#digester, { offset, lengths }, spare)
    // kept only where nobody reads into it any more, as somebody may after a failure
    if (this.#spares.length < MOST_SPARES) this.#spares.push(spare)
    return digests
  }

  readonly calls: FileCalls = {
    read: (handle, offset, length) => found(this.#readers, handle).read(offset, length),
    digests: (handle, offset, lengths) => this.#digests(found(this.#readers, handle), offset, lengths),
    write: async (handle, offset, bytes) => {
      const partial = found(this.#partials, handle)
      await partial.write(offset, bytes)
      return partial.size
    },
    truncate: async (handle, size) => {
      const partial = found(this.#partials, handle)
      await partial.truncate(size)
      return partial.size
    },
    flush: (handle) => found(this.#partials, handle).flush(),
    seal: (handle, address) => found(this.#partials, handle).seal(address),
    closeFile: async (handle, opensAgain = false) => {
      const reader = this.#readers.get(handle)
      const partial = this.#partials.get(handle)
      this.#readers.delete(handle)
      this.#partials.delete(handle)
      if (this.#readers.size === 0) this.#spares.length = 0
      await (partial ? partial.close({ opensAgain }) : reader?.close())
    },
  }
}

function found<T>(files: ReadonlyMap<number, T>, handle: number): T {
  const file = files.get(handle)
  if (file) return file
  throw new StorageError('The file is closed')
}
