import type { Bytes } from '../domain/bytes.js'
import { ChunkMap, DEFAULT_CHUNK_LENGTH, DIGEST_LENGTH } from '../domain/chunks.js'
import { SLAB_BYTES } from './slabs.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'

/** The bytes so far: written, counted, hashed as a whole and chunk by chunk. */
export class WholeTally {
  readonly #order: TransferOrder
  readonly #ports: TransferPorts
  #whole
  readonly #chunk: Bytes = new Uint8Array(DEFAULT_CHUNK_LENGTH)
  #chunkFilled = 0
  readonly #digests: Bytes[] = []
  length = 0

  constructor(order: TransferOrder, ports: TransferPorts) {
    this.#order = order
    this.#ports = ports
    this.#whole = ports.digester.createHash(order.integrity.algorithm)
  }

  async readStored(): Promise<void> {
    const { partial, signal } = this.#order
    const length = Math.min(partial.size, this.#order.size)
    if (partial.size > length) await partial.truncate(length)
    while (this.length < length) {
      signal.throwIfAborted()
      await this.#count(await partial.read(this.length, Math.min(SLAB_BYTES, length - this.length)))
    }
  }

  async startOver(): Promise<void> {
    await this.#order.partial.truncate(0)
    this.#whole = this.#ports.digester.createHash(this.#order.integrity.algorithm)
    this.#digests.length = 0
    this.#chunkFilled = 0
    this.length = 0
    this.#order.meter.bytesDownloaded = 0
  }

  async append(bytes: Bytes): Promise<void> {
    if (bytes.length === 0) return
    await this.#order.partial.write(this.length, bytes)
    await this.#count(bytes)
    this.#order.meter.bytesDownloaded = this.length
  }

  digest(): Bytes {
    return this.#whole.digest()
  }

  async chunkMap(): Promise<ChunkMap> {
    if (this.#chunkFilled > 0) await this.#endChunk()
    const digests = new Uint8Array(this.#digests.length * DIGEST_LENGTH)
    this.#digests.forEach((digest, index) => {
      digests.set(digest, index * DIGEST_LENGTH)
    })
    return ChunkMap.of(this.length, DEFAULT_CHUNK_LENGTH, digests)
  }

  async #count(bytes: Bytes): Promise<void> {
    this.#whole.update(bytes)
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + this.#chunk.length - this.#chunkFilled)
      this.#chunk.set(piece, this.#chunkFilled)
      this.#chunkFilled += piece.length
      at += piece.length
      if (this.#chunkFilled === this.#chunk.length) await this.#endChunk()
    }
    this.length += bytes.length
  }

  async #endChunk(): Promise<void> {
    this.#digests.push(await this.#ports.digester.digest(this.#chunk.subarray(0, this.#chunkFilled)))
    this.#chunkFilled = 0
  }
}
