import { createHash } from 'node:crypto'
import { ChunkMap, type SerializedChunkMap } from '../domain/chunks.js'
import { formatIntegrity } from '../domain/integrity.js'

/** What a manifest says of a bundle's bytes. */
export interface BundleDigest {
  readonly size: number
  readonly integrity: string
  readonly chunks: SerializedChunkMap
}

/** Hashes bytes as they pass: as a whole, and in chunks of a fixed length. Holds 32 bytes a chunk. */
export class BundleHash {
  readonly #chunkLength: number
  readonly #whole = createHash('sha256')
  readonly #digests: Buffer[] = []
  #chunk = createHash('sha256')
  #inChunk = 0
  #size = 0

  constructor(chunkLength: number) {
    this.#chunkLength = chunkLength
  }

  update(bytes: Uint8Array): void {
    this.#whole.update(bytes)
    this.#size += bytes.length
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + this.#chunkLength - this.#inChunk)
      this.#chunk.update(piece)
      this.#inChunk += piece.length
      at += piece.length
      if (this.#inChunk === this.#chunkLength) this.#endChunk()
    }
  }

  /** Ends the hash; it takes no more bytes. */
  finish(): BundleDigest {
    if (this.#inChunk > 0) this.#endChunk()
    const digests = new Uint8Array(Buffer.concat(this.#digests))
    const chunks = ChunkMap.of(this.#size, this.#chunkLength, digests).serialize()
    return { size: this.#size, integrity: formatIntegrity('sha256', this.#whole.digest()), chunks }
  }

  #endChunk(): void {
    this.#digests.push(this.#chunk.digest())
    this.#chunk = createHash('sha256')
    this.#inChunk = 0
  }
}
