import { type Bytes, equalBytes } from '../domain/bytes.js'
import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { ArchiveError, ClosedError, CorruptError, StorageError } from '../domain/errors/index.js'
import type { BadChunk } from '../domain/plugin.js'
import type { BundleReader } from '../ports/bundleStore.js'
import type { Digester } from '../ports/digester.js'
import { allocate, streamOf } from './byteStreams.js'
import { ChunkCache } from './chunkCache.js'
import { inParallel } from './inParallel.js'

/** Bytes asked of the store at once, unless a single chunk is longer. */
const PIECE_BYTES = 1024 * 1024
const CACHE_BYTES = 1024 * 1024
const DIGESTS_IN_FLIGHT = 4
/** What is found damaged again after so many repairs is on a disk that keeps nothing. */
const MENDS_PER_READ = 2

export interface VerifiedBundleOptions {
  readonly reader: BundleReader
  readonly map: ChunkMap
  readonly digester: Digester
  readonly pluginId: string
  readonly version: string
  /**
   * Asked where stored chunks are not what was installed, or cannot be read (that is the damage's `cause`): gives a reader of bytes that are, or rejects with why nobody
   * can. Never asked by `verify`. @default nobody can
   */
  readonly mend?: ((damage: CorruptError) => Promise<BundleReader>) | undefined
}

/**
 * An installed bundle of which only hashed bytes come out. Offsets and lengths are in bytes of the bundle.
 * Rejects with `CorruptError` where stored bytes are not what was installed and nobody mends them, `ArchiveError` where a range is not
 * inside the bundle, `ClosedError` after `close`, and with what the store rejects with.
 */
export interface VerifiedBundle {
  readonly size: number
  /** Memory of the caller's own. */
  read(offset: number, length: number): Promise<Bytes>
  /** Holds a piece of about 1 MiB at a time, and reads no further than its reader does. */
  stream(offset: number, length: number): ReadableStream<Uint8Array>
  /** Hashes everything. Bad chunks are its answer, not a failure. `pass` sees what is stored, in order, good or bad. */
  verify(pass?: (piece: Bytes) => void): Promise<BundleCheck>
  /** Settles when the store's file is closed. Idempotent. */
  close(): Promise<void>
}

export interface BundleCheck {
  readonly chunksChecked: number
  readonly badChunks: readonly BadChunk[]
}

/** Takes over `reader`. */
export function createVerifiedBundle(options: VerifiedBundleOptions): VerifiedBundle {
  return new HashedBundle(options)
}

class HashedBundle implements VerifiedBundle {
  readonly size: number
  readonly #options: VerifiedBundleOptions
  readonly #map: ChunkMap
  readonly #cache = new ChunkCache(CACHE_BYTES)
  readonly #pending = new Set<Promise<unknown>>()
  #reader: BundleReader
  #mending: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(options: VerifiedBundleOptions) {
    this.#options = options
    this.#reader = options.reader
    this.#map = options.map
    this.size = options.map.size
  }

  async read(offset: number, length: number): Promise<Bytes> {
    this.#assertInside(offset, length)
    const runs = this.#runs(offset, offset + length)
    const [only] = runs
    if (only && runs.length === 1) return this.#readRun(only, offset, offset + length)
    const bytes = allocate(length)
    for (const run of runs) {
      const part = await this.#readRun(run, offset, offset + length)
      bytes.set(part, Math.max(run.offset - offset, 0))
    }
    return bytes
  }

  stream(offset: number, length: number): ReadableStream<Uint8Array> {
    return streamOf(this.#pieces(offset, length))
  }

  async verify(pass?: (piece: Bytes) => void): Promise<BundleCheck> {
    const badChunks: BadChunk[] = []
    let ahead: Promise<Bytes> | undefined
    const runs = this.#runs(0, this.size)
    for (const [at, run] of runs.entries()) {
      const bytes = await (ahead ?? this.#readStore(run))
      const next = runs[at + 1]
      ahead = next && this.#readStore(next)
      // Awaited in the next round; a failure before that must not count as unhandled.
      ahead?.catch(() => {})
      const checking = this.#badChunks(run, bytes)
      pass?.(bytes)
      badChunks.push(...(await checking))
    }
    this.#assertOpen()
    return { chunksChecked: this.#map.count, badChunks }
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish()
    return this.#closing
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#pending)
    this.#cache.clear()
    await this.#reader.close()
  }

  async *#pieces(offset: number, length: number): AsyncGenerator<Bytes, void> {
    this.#assertInside(offset, length)
    for (const run of this.#runs(offset, offset + length)) yield await this.#readRun(run, offset, offset + length)
  }

  /** The chunks that cover `offset` to `end`, cut into runs that one read fetches. */
  #runs(offset: number, end: number): ChunkRun[] {
    if (offset === end) return []
    const runs: ChunkRun[] = []
    const final = this.#map.indexAt(end - 1)
    for (let first = this.#map.indexAt(offset); first <= final; ) {
      let last = first
      while (last < final && this.#map.offset(last + 2) - this.#map.offset(first) <= PIECE_BYTES) last++
      runs.push(this.#map.run(first, last))
      first = last + 1
    }
    return runs
  }

  /** The part of `run` that lies between `offset` and `end`, hashed. */
  async #readRun(run: ChunkRun, offset: number, end: number): Promise<Bytes> {
    this.#assertOpen()
    const from = Math.max(offset, run.offset)
    const to = Math.min(end, run.offset + run.length)
    const held = this.#heldChunks(run)
    const missing = this.#missingRun(run, held)
    const fresh = missing && (await this.#readHashed(missing))
    if (fresh?.length === to - from && missing?.offset === from) return fresh
    return this.#assemble(run, from, to, (index) => {
      const start = this.#map.offset(index) - (missing?.offset ?? 0)
      return held.get(index) ?? fresh?.subarray(start, start + this.#map.length(index)) ?? new Uint8Array()
    })
  }

  #heldChunks({ first, last }: ChunkRun): Map<number, Bytes> {
    const held = new Map<number, Bytes>()
    for (let index = first; index <= last; index++) {
      const chunk = this.#cache.get(index)
      if (chunk) held.set(index, chunk)
    }
    return held
  }

  /** What is left of `run` when held chunks are taken off its ends. */
  #missingRun({ first, last }: ChunkRun, held: ReadonlyMap<number, Bytes>): ChunkRun | undefined {
    let low = first
    let high = last
    while (low <= last && held.has(low)) low++
    while (high > low && held.has(high)) high--
    return low <= last ? this.#map.run(low, high) : undefined
  }

  #assemble(run: ChunkRun, from: number, to: number, chunkAt: (index: number) => Bytes): Bytes {
    const bytes = new Uint8Array(to - from)
    for (let index = run.first; index <= run.last; index++) {
      const chunk = chunkAt(index)
      const start = this.#map.offset(index)
      bytes.set(chunk.subarray(Math.max(from - start, 0), to - start), Math.max(start - from, 0))
      // Only what was read in part is likely to be asked for again.
      if (start < from || start + chunk.length > to) this.#cache.keep(index, chunk)
    }
    return bytes
  }

  async #readHashed(run: ChunkRun): Promise<Bytes> {
    for (let mends = 0; ; mends++) {
      const reader = this.#reader
      const { bytes, cause } = await this.#tryStore(run)
      const badChunks = await this.#badChunks(run, bytes)
      this.#assertOpen()
      if (badChunks.length === 0) return bytes
      const damage = this.#corruptError(badChunks, cause)
      if (mends === MENDS_PER_READ) throw damage
      await this.#mend(reader, damage)
      this.#assertOpen()
    }
  }

  /** What a disk cannot read any more is damaged, where somebody mends it. */
  async #tryStore(run: ChunkRun): Promise<{ bytes: Bytes; cause?: StorageError }> {
    try {
      return { bytes: await this.#readStore(run) }
    } catch (error) {
      if (!this.#options.mend || !(error instanceof StorageError)) throw error
      return { bytes: new Uint8Array(), cause: error }
    }
  }

  /** Reads that find damage at the same time wait for the same repair. */
  async #mend(damaged: BundleReader, damage: CorruptError): Promise<void> {
    const { mend } = this.#options
    if (!mend) throw damage
    if (damaged !== this.#reader) return
    this.#mending ??= this.#goOver(mend(damage)).finally(() => {
      this.#mending = undefined
    })
    await this.#mending
  }

  async #goOver(mending: Promise<BundleReader>): Promise<void> {
    const mended = await mending
    if (this.#closing !== undefined) return mended.close()
    const damaged = this.#reader
    this.#reader = mended
    await Promise.allSettled(this.#pending)
    await damaged.close()
  }

  /** May be fewer bytes than `run` has, where the stored file is too short. */
  #readStore(run: ChunkRun): Promise<Bytes> {
    const reader = this.#reader
    const length = Math.min(run.length, reader.size - run.offset)
    if (length <= 0) return Promise.resolve(new Uint8Array())
    const work = this.#untilClosed(() => reader.read(run.offset, length))
    this.#pending.add(work)
    const settled = () => this.#pending.delete(work)
    work.then(settled, settled)
    return work
  }

  async #untilClosed(readStore: () => Promise<Bytes>): Promise<Bytes> {
    this.#assertOpen()
    return readStore()
  }

  async #badChunks(run: ChunkRun, bytes: Bytes): Promise<BadChunk[]> {
    const badChunks: BadChunk[] = []
    await inParallel(run.last - run.first + 1, DIGESTS_IN_FLIGHT, async (at) => {
      const index = run.first + at
      const offset = this.#map.offset(index)
      const length = this.#map.length(index)
      const chunk = bytes.subarray(offset - run.offset, offset - run.offset + length)
      if (!(await this.#matches(index, chunk))) badChunks.push({ index, offset, length })
    })
    return badChunks.sort((left, right) => left.index - right.index)
  }

  async #matches(index: number, chunk: Bytes): Promise<boolean> {
    if (chunk.length !== this.#map.length(index)) return false
    return equalBytes(await this.#options.digester.digest(chunk), this.#map.digest(index))
  }

  #assertOpen(): void {
    if (!this.#closing) return
    const { pluginId, version } = this.#options
    throw new ClosedError(`${pluginId} ${version} was closed: load it again to read it`)
  }

  #assertInside(offset: number, length: number): void {
    this.#assertOpen()
    const isInside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
    if (isInside && offset + length <= this.size) return
    throw new ArchiveError(`There are no ${length} bytes at ${offset}: the bundle has ${this.size} bytes`, {})
  }

  #corruptError(badChunks: readonly BadChunk[], cause?: StorageError): CorruptError {
    const { pluginId, version } = this.#options
    const ranges = badChunks.slice(0, 3).map(({ offset, length }) => `${offset} to ${offset + length - 1}`)
    const more = badChunks.length > 3 ? ` and ${badChunks.length - 3} more chunks` : ''
    const where = `bytes ${ranges.join(', ')}${more}`
    const message = `The stored bundle of ${pluginId} ${version} is damaged: ${where} are not what was installed`
    return new CorruptError(message, { pluginId, version, badChunks }, cause && { cause })
  }
}
