import { StorageError } from '../../domain/errors/index.js'
import type { BundleReader, PartialBundle } from '../../ports/bundleStore.js'
import type { EngineCalls, OpenedFile } from './engine.protocol.js'

type FileCalls = Pick<EngineCalls, 'read' | 'write' | 'truncate' | 'flush' | 'seal' | 'closeFile'>

/** The files that the page has open in the worker, by number. */
export class OpenFiles {
  readonly #readers = new Map<number, BundleReader>()
  readonly #partials = new Map<number, PartialBundle>()
  #opened = 0

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

  readonly calls: FileCalls = {
    read: (handle, offset, length) => found(this.#readers, handle).read(offset, length),
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
      await (partial ? partial.close({ opensAgain }) : reader?.close())
    },
  }
}

function found<T>(files: ReadonlyMap<number, T>, handle: number): T {
  const file = files.get(handle)
  if (file) return file
  throw new StorageError('The file is closed')
}
