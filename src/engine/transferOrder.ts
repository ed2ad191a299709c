import type { Bytes } from '../domain/bytes.js'
import type { ChunkMap } from '../domain/chunks.js'
import type { Integrity } from '../domain/integrity.js'
import type { TransferMeter } from '../domain/progress.js'
import type { BundleReader, PartialBundle } from '../ports/bundleStore.js'
import type { Clock } from '../ports/clock.js'
import type { Digester } from '../ports/digester.js'
import type { Fetcher } from '../ports/fetcher.js'
import type { ChunkWatch, ConnectionLimits, TransferTimeouts, Validator } from '../ports/transferEngine.js'
import type { ConnectionSlots } from './connectionSlots.js'
import { Mirrors, type RefreshUrl } from './mirrors.js'
import type { RateLimiter } from './rateLimiter.js'
import type { SpareSlabs } from './slabs.js'

export interface TransferPorts {
  readonly fetcher: Fetcher
  readonly digester: Digester
  readonly clock: Clock
}

/** The beginning of a chunk that a broken connection left, and whose it is. */
export interface Carry {
  readonly bytes: Bytes
  /** The mirror, as the manifest names it; `undefined` where several gave it. */
  readonly from: string | undefined
}

/** What one download of one bundle keeps from attempt to attempt, in this process. */
export interface TransferSession {
  readonly partialKey: string
  readonly mirrors: Mirrors
  /** By chunk. */
  readonly carries: Map<number, Carry>
  /** By chunk: what was right, and that the store had no room for. */
  readonly unwritten: Map<number, Bytes>
  /** Verified bytes that the present attempt won. */
  gainedBytes: number
  /** The most bytes that a bundle without chunks ever had: only more than that is progress. */
  mostBytes: number
  /** Whether it was once all there, and wrong. */
  hasRestarted: boolean
  /** Whether a validator that was kept did not hold. */
  distrustsValidators: boolean
}

/** A bundle on disk, to take chunks from. */
export interface Donor {
  readonly reader: BundleReader
  readonly map: ChunkMap
  /** Whether this very download made it: what is taken from there was fetched for it, and is not reused. */
  readonly isOwn: boolean
}

export interface TransferOrder {
  readonly size: number
  readonly integrity: Integrity
  /** `undefined`: the whole digest decides, and the map is made on the way. */
  readonly map: ChunkMap | undefined
  readonly partial: PartialBundle
  /** Bundles on disk whose chunks may serve, after they were hashed. */
  readonly donors: readonly Donor[]
  readonly validator: Validator | undefined
  readonly keepValidator: (validator: Validator | undefined) => Promise<void>
  readonly refreshUrl: RefreshUrl
  readonly session: TransferSession
  readonly meter: TransferMeter
  readonly chunks?: ChunkWatch | undefined
  readonly limiters: readonly RateLimiter[]
  readonly connections: ConnectionLimits
  /** Shared with all other orders, as are the slabs. */
  readonly slots: ConnectionSlots
  readonly spareSlabs: SpareSlabs
  readonly timeouts: TransferTimeouts
  readonly signal: AbortSignal
}

export type ChunkOrder = TransferOrder & { readonly map: ChunkMap }

export function createSession(partialKey: string, urls: readonly string[]): TransferSession {
  return {
    partialKey,
    mirrors: new Mirrors(urls),
    carries: new Map(),
    unwritten: new Map(),
    gainedBytes: 0,
    mostBytes: 0,
    hasRestarted: false,
    distrustsValidators: false,
  }
}
