import type { Bytes } from '../domain/bytes.js'
import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { digestsOf } from '../domain/digestsOf.js'
import { ArchiveError, ClosedError, CorruptError, StorageError } from '../domain/errors/index.js'
import type { BadChunk } from '../domain/plugin.js'
import type { BundleReader } from '../ports/bundleStore.js'
import type { Digester } from '../ports/digester.js'
import { type BundleCheck, badChunksOf, type CheckOptions, checkBundle } from './bundleCheck.js'
import { allocate, streamOf } from './byteStreams.js'
import { ChunkCache } from './chunkCache.js'
import { runsOf } from './pieceRuns.js'

const CACHE_BYTES = 1024 * 1024
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
  /** Holds a piece of about 1 MiB at a time; from the second on, one more is read while it is hashed. */
  stream(offset: number, length: number): ReadableStream<Uint8Array>
  /** Hashes everything. Bad chunks are its answer, not a failure. */
  verify(options?: CheckOptions): Promise<BundleCheck>
  /** Settles when the store's file is closed. Idempotent. */
  close(): Promise<void>
}

/** Asked of the store before its turn. */
interface Ahead {
  readonly run: ChunkRun
  readonly reader: BundleReader
  readonly bytes: Promise<Bytes>
}

function isSameRun(left: ChunkRun, right: ChunkRun): boolean {
  return left.first === right.first && left.last === right.last
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
    const runs = runsOf(this.#map, offset, offset + length)
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

  async verify(options: CheckOptions = {}): Promise<BundleCheck> {
    const { digester } = this.#options
    const check = await checkBundle(
      { map: this.#map, digester, read: this.#readStore, digests: this.#digestStore },
      options,
    )
    this.#assertOpen()
    return check
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
    const runs = runsOf(this.#map, offset, offset + length)
    let ahead: Ahead | undefined
    for (const [at, run] of runs.entries()) {
      const stored = at === 0 ? undefined : (ahead ?? this.#readAhead(run))
      const next = at === 0 ? undefined : runs[at + 1]
      ahead = next && this.#readAhead(next)
      yield await this.#readRun(run, offset, offset + length, stored)
    }
  }

  /** Of a run whose chunks are at hand in part, no more is read than is missing. */
  #readAhead(run: ChunkRun): Ahead | undefined {
    if (this.#heldChunks(run).size > 0) return undefined
    const bytes = this.#readStore(run)
    // awaited later, or by nobody
    bytes.catch(() => {})
    return { run, reader: this.#reader, bytes }
  }

  /** The part of `run` that lies between `offset` and `end`, hashed. */
  async #readRun(run: ChunkRun, offset: number, end: number, ahead?: Ahead): Promise<Bytes> {
    this.#assertOpen()
    const from = Math.max(offset, run.offset)
    const to = Math.min(end, run.offset + run.length)
    const held = this.#heldChunks(run)
    const missing = this.#missingRun(run, held)
    const fresh = missing && (await this.#readHashed(missing, ahead))
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

  async #readHashed(run: ChunkRun, ahead?: Ahead): Promise<Bytes> {
    for (let mends = 0; ; mends++) {
      const reader = this.#reader
      const { bytes, cause } = await this.#tryStore(run, mends === 0 ? ahead : undefined)
      const badChunks = await badChunksOf(run, bytes, this.#map, this.#options.digester)
      this.#assertOpen()
      if (badChunks.length === 0) return bytes
      const damage = this.#corruptError(badChunks, cause)
      if (mends === MENDS_PER_READ) throw damage
      await this.#mend(reader, damage)
      this.#assertOpen()
    }
  }

  /** What a disk cannot read any more is damaged, where somebody mends it. */
  async #tryStore(run: ChunkRun, ahead?: Ahead): Promise<{ bytes: Bytes; cause?: StorageError }> {
    const isAhead = ahead?.reader === this.#reader && isSameRun(ahead.run, run)
    try {
      return { bytes: await (isAhead ? ahead.bytes : this.#readStore(run)) }
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
  readonly #readStore = ({ offset, length }: ChunkRun): Promise<Bytes> => {
    const stored = Math.min(length, this.#reader.size - offset)
    return stored > 0 ? this.#ask((reader) => reader.read(offset, stored)) : Promise.resolve(new Uint8Array())
  }

  /** One digest behind the other; fewer where the stored file is too short. */
  readonly #digestStore = ({ first, last, offset }: ChunkRun): Promise<Bytes> => {
    if (offset >= this.#reader.size) return Promise.resolve(new Uint8Array())
    const lengths = Array.from({ length: last - first + 1 }, (_, at) => this.#map.length(first + at))
    return this.#ask((reader) => digestsOf(reader, this.#options.digester, { offset, lengths }))
  }

  #ask(use: (reader: BundleReader) => Promise<Bytes>): Promise<Bytes> {
    const work = this.#untilClosed(use)
    this.#pending.add(work)
    const settled = () => this.#pending.delete(work)
    work.then(settled, settled)
    return work
  }

  async #untilClosed(use: (reader: BundleReader) => Promise<Bytes>): Promise<Bytes> {
    this.#assertOpen()
    return use(this.#reader)
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
