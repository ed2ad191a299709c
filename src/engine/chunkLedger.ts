import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { IntegrityError } from '../domain/errors/index.js'

/** A stream whose chunks go bad one after the other is of another file: no more of it is read. */
const BAD_IN_A_ROW = 2

/** Which chunks of a bundle are there, and which came damaged how often. */
export class ChunkLedger {
  readonly #map: ChunkMap
  readonly #has: Uint8Array
  readonly #damaged = new Map<number, number>()
  #badInARow = 0
  #worst = { index: -1, times: 0, url: '' }

  constructor(map: ChunkMap) {
    this.#map = map
    this.#has = new Uint8Array(map.count)
  }

  has(index: number): boolean {
    return this.#has[index] === 1
  }

  add(index: number): void {
    this.#has[index] = 1
    this.#badInARow = 0
  }

  firstMissingRun(): ChunkRun | undefined {
    const first = this.#has.indexOf(0)
    if (first < 0) return undefined
    const next = this.#has.indexOf(1, first)
    return this.#map.run(first, next < 0 ? this.#map.count - 1 : next - 1)
  }

  beginStream(): void {
    this.#badInARow = 0
  }

  /** Notes a chunk that came damaged. */
  blame(index: number, url: string): void {
    const times = (this.#damaged.get(index) ?? 0) + 1
    this.#damaged.set(index, times)
    this.#badInARow++
    if (times > this.#worst.times) this.#worst = { index, times, url }
  }

  /** Whether the stream at hand should be left. */
  get isAnotherFile(): boolean {
    return this.#badInARow >= BAD_IN_A_ROW
  }

  /** Throws when a chunk came damaged from every source, and from one of them twice. */
  giveUpIfHopeless(sources: number): void {
    const { index, times, url } = this.#worst
    if (times <= sources) return
    const { offset, length } = this.#map.run(index, index)
    const place = `chunk ${index}, bytes ${offset} to ${offset + length - 1}`
    const message = `${new URL(url).host || url} sends other bytes than the manifest describes (${place})`
    throw new IntegrityError(message, { url, chunkIndex: index })
  }
}
