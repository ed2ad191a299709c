import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import type { ByteSource } from '../ports/fetcher.js'
import { createStreamSource } from './streamByteSource.js'

/** Reads runs of a file as it was when its snapshot was taken; runs that follow each other come from one stream. */
export class FileRuns {
  readonly #open: () => Promise<Blob>
  #source: ByteSource | undefined
  #position = 0

  constructor(open: () => Promise<Blob>) {
    this.#open = open
  }

  /** One call at a time. Fewer bytes only where the file ends. A file that was replaced is read from a new snapshot. */
  async read(offset: number, length: number): Promise<Bytes> {
    try {
      return await this.#readOnce(offset, length)
    } catch {
      await this.close().catch(() => {})
      return this.#readOnce(offset, length)
    }
  }

  async #readOnce(offset: number, length: number): Promise<Bytes> {
    const source = await this.#sourceAt(offset)
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const count = await source.readInto(bytes.subarray(filled))
      if (count === 0) return bytes.slice(0, filled)
      filled += count
      this.#position += count
    }
    return bytes
  }

  async close(): Promise<void> {
    const source = this.#source
    this.#source = undefined
    await source?.cancel()
  }

  async #sourceAt(offset: number): Promise<ByteSource> {
    if (this.#source && this.#position === offset) return this.#source
    await this.close()
    const blob = await this.#open()
    this.#source = createStreamSource(blob.slice(offset).stream(), { toError, onEnd: () => {} })
    this.#position = offset
    return this.#source
  }
}

function toError(cause: unknown): StorageError {
  const text = cause instanceof Error ? cause.message : String(cause)
  return new StorageError(`Cannot read the stored bytes: ${text}`, { cause })
}
