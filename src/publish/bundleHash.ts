import { createHash } from 'node:crypto'
import { ChunkMap, type SerializedChunkMap } from '../domain/chunks.js'
import { formatIntegrity } from '../domain/integrity.js'
import type { ChunkCutter } from './chunkCutter.js'

/** What a manifest says of a bundle's bytes. */
export interface BundleDigest {
  readonly size: number
  readonly integrity: string
  readonly chunks: SerializedChunkMap
}

/** Hashes bytes as they pass: as a whole, and chunk by chunk. Holds some 40 bytes a chunk. */
export class BundleHash {
  readonly #cutter: ChunkCutter
  readonly #whole = createHash('sha256')
  readonly #digests: Buffer[] = []
  readonly #lengths: number[] = []
  #chunk = createHash('sha256')
  #inChunk = 0
  #size = 0

  constructor(cutter: ChunkCutter) {
    this.#cutter = cutter
  }

  update(bytes: Uint8Array): void {
    this.#whole.update(bytes)
    this.#size += bytes.length
    let at = 0
    for (let end = this.#cutter.endOfChunk(bytes, at); end !== undefined; end = this.#cutter.endOfChunk(bytes, at)) {
      this.#take(bytes.subarray(at, end))
      this.#endChunk()
      at = end
    }
    this.#take(bytes.subarray(at))
  }

  /** The bytes to come are another matter: where content decides, a chunk ends here, however short it is. */
  endSection(): void {
    if (this.#cutter.endSection() && this.#inChunk > 0) this.#endChunk()
  }

  /** Ends the hash; it takes no more bytes. */
  finish(): BundleDigest {
    if (this.#inChunk > 0) this.#endChunk()
    const digests = new Uint8Array(Buffer.concat(this.#digests))
    const chunks = ChunkMap.of(this.#size, this.#cutter.fixedLength ?? this.#lengths, digests).serialize()
    return { size: this.#size, integrity: formatIntegrity('sha256', this.#whole.digest()), chunks }
  }

  #take(bytes: Uint8Array): void {
    this.#chunk.update(bytes)
    this.#inChunk += bytes.length
  }

  #endChunk(): void {
    this.#digests.push(this.#chunk.digest())
    this.#lengths.push(this.#inChunk)
    this.#chunk = createHash('sha256')
    this.#inChunk = 0
  }
}
