import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { IntegrityError } from '../domain/errors/index.js'

/** Which chunks of a bundle are there, which are being fetched, and which came damaged how often. */
export class ChunkLedger {
  readonly #map: ChunkMap
  readonly #states: Uint8Array
  readonly #damaged = new Map<number, number>()
  #worst = { index: -1, times: 0, url: '' }

  constructor(map: ChunkMap) {
    this.#map = map
    this.#states = new Uint8Array(map.count)
  }

  has(index: number): boolean {
    return this.#states[index] === THERE
  }

  add(index: number): void {
    this.#states[index] = THERE
  }

  /** Somebody fetches these. */
  claim(first: number, end: number): void {
    for (let index = first; index < end; index++) if (!this.has(index)) this.#states[index] = CLAIMED
  }

  /** Nobody fetches these any more: what did not come is missing again. */
  release(first: number, end: number): void {
    for (let index = first; index < end; index++) if (!this.has(index)) this.#states[index] = MISSING
  }

  /** The first run from `from` on that is missing and that nobody fetches. */
  nextMissingRun(from = 0): ChunkRun | undefined {
    const first = this.#states.indexOf(MISSING, from)
    if (first < 0) return undefined
    let last = first
    while (this.#states[last + 1] === MISSING) last++
    return this.#map.run(first, last)
  }

  /** Bytes that are missing, and the number of runs that they form. */
  get missing(): { readonly bytes: number; readonly runs: number } {
    const runs = this.missingRuns()
    return { bytes: runs.reduce((sum, { length }) => sum + length, 0), runs: runs.length }
  }

  /** All that is missing and that nobody fetches. */
  missingRuns(): ChunkRun[] {
    const runs: ChunkRun[] = []
    for (let run = this.nextMissingRun(); run; run = this.nextMissingRun(run.last + 1)) runs.push(run)
    return runs
  }

  /** Notes a chunk that came damaged. */
  blame(index: number, url: string): void {
    const times = (this.#damaged.get(index) ?? 0) + 1
    this.#damaged.set(index, times)
    if (times > this.#worst.times) this.#worst = { index, times, url }
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

const MISSING = 0
const CLAIMED = 1
const THERE = 2
