import type { Bytes } from '../domain/bytes.js'

/** Chunks that were hashed a moment ago, so that small reads side by side do not hash them again. */
export class ChunkCache {
  readonly #limitBytes: number
  readonly #chunks = new Map<number, Bytes>()
  #heldBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get(index: number): Bytes | undefined {
    const chunk = this.#chunks.get(index)
    if (!chunk) return undefined
    this.#chunks.delete(index)
    this.#chunks.set(index, chunk)
    return chunk
  }

  /**
   * Keeps a copy, so that the piece it was read with can go. A chunk over the limit is not kept; the longest unused
   * make room.
   */
  keep(index: number, chunk: Bytes): void {
    if (chunk.length > this.#limitBytes || this.#chunks.has(index)) return
    this.#chunks.set(index, chunk.slice())
    this.#heldBytes += chunk.length
    for (const oldest of this.#chunks.keys()) {
      if (this.#heldBytes <= this.#limitBytes) return
      this.#drop(oldest)
    }
  }

  clear(): void {
    this.#chunks.clear()
    this.#heldBytes = 0
  }

  #drop(index: number): void {
    this.#heldBytes -= this.#chunks.get(index)?.length ?? 0
    this.#chunks.delete(index)
  }
}
