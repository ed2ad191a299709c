import type { Bytes } from '../domain/bytes.js'
import type { ChunkMap, ChunkRun } from '../domain/chunks.js'

/** A slab that fills up with the bytes of neighbouring chunks, and hands over those that are whole. */
export class Filling {
  readonly #batch: ChunkRun
  readonly #map: ChunkMap
  readonly #target: Bytes
  readonly #settle: (chunks: ChunkRun, bytes: Bytes) => void
  #filled = 0
  #next: number

  constructor(batch: ChunkRun, map: ChunkMap, target: Bytes, settle: (chunks: ChunkRun, bytes: Bytes) => void) {
    this.#batch = batch
    this.#map = map
    this.#target = target
    this.#settle = settle
    this.#next = batch.first
  }

  get isFull(): boolean {
    return this.#filled === this.#target.length
  }

  get room(): Bytes {
    return this.#target.subarray(this.#filled)
  }

  prepend(head: Bytes): void {
    this.#target.set(head)
    this.#filled = head.length
  }

  advance(count: number): void {
    this.#filled += count
  }

  handOver(): void {
    const first = this.#next
    while (this.#next <= this.#batch.last && this.#end(this.#next) <= this.#filled) this.#next++
    if (this.#next === first) return
    const chunks = this.#map.run(first, this.#next - 1)
    const start = chunks.offset - this.#batch.offset
    this.#settle(chunks, this.#target.subarray(start, start + chunks.length))
  }

  /** The unfinished chunk, in memory of its own. */
  tail(): { index: number; bytes: Bytes } | undefined {
    const bytes = this.#target.slice(this.#map.offset(this.#next) - this.#batch.offset, this.#filled)
    return bytes.length > 0 ? { index: this.#next, bytes } : undefined
  }

  #end(index: number): number {
    return this.#map.offset(index + 1) - this.#batch.offset
  }
}
