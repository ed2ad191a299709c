import type { Bytes } from '../domain/bytes.js'
import type { ChunkMap } from '../domain/chunks.js'
import type { Integrity } from '../domain/integrity.js'
import type { TransferMeter } from '../domain/progress.js'
import type { BundleReader, PartialBundle } from '../ports/bundleStore.js'
import type { Clock } from '../ports/clock.js'
import type { Digester } from '../ports/digester.js'
import type { Fetcher } from '../ports/fetcher.js'
import type { TransferTimeouts, Validator } from '../ports/transferEngine.js'
import type { RateLimiter } from './rateLimiter.js'

export interface TransferPorts {
  readonly fetcher: Fetcher
  readonly digester: Digester
  readonly clock: Clock
}

/** What one download keeps from attempt to attempt, in this process. */
export interface TransferSession {
  /** Bytes of a chunk that a broken connection left unfinished. */
  carry?: { readonly index: number; readonly bytes: Bytes } | undefined
  /** Counts on through the bundle's URLs. */
  source: number
  /** Verified bytes that the present attempt won. */
  gainedBytes: number
}

export interface TransferOrder {
  /** The first is tried first, the others are mirrors. */
  readonly urls: readonly string[]
  readonly size: number
  readonly integrity: Integrity
  /** `undefined`: the whole digest decides, and the map is made on the way. */
  readonly map: ChunkMap | undefined
  readonly partial: PartialBundle
  /** Bundles on disk whose chunks may serve, after they were hashed. */
  readonly donors: readonly { readonly reader: BundleReader; readonly map: ChunkMap }[]
  readonly validator: Validator | undefined
  readonly keepValidator: (validator: Validator | undefined) => Promise<void>
  readonly session: TransferSession
  readonly meter: TransferMeter
  readonly limiters: readonly RateLimiter[]
  readonly timeouts: TransferTimeouts
  readonly signal: AbortSignal
}

export function createSession(): TransferSession {
  return { source: 0, gainedBytes: 0 }
}
