import type { SerializedChunkMap } from '../domain/chunks.js'
import type { PluginDockError } from '../domain/errors/index.js'
import type { TransferMeter } from '../domain/progress.js'

/**
 * The byte path: fills partials from the network. It may live in another thread: what goes in and comes out is plain
 * data, but for the counters and callbacks of {@link TransferWatch}. One job at a time has a partial.
 */
export interface TransferEngine {
  /** Settles when nothing of the job moves any more, aborted or not; touches nothing where it was aborted before. Never rejects. */
  transfer(job: TransferJob, watch: TransferWatch): Promise<TransferOutcome>
  /** Drops what is kept in memory for a task between its attempts. */
  forget(taskId: string): void
  /** The speed that all jobs share, or that of one task; `undefined`: no limit. At once, also for what runs. */
  limit(bytesPerSecond: number | undefined, taskId?: string): void
}

export interface TransferJob {
  readonly taskId: string
  readonly partialKey: string
  /** The first is tried first, the others are mirrors. */
  readonly urls: readonly string[]
  readonly size: number
  /** As in the manifest: the strongest digest decides. */
  readonly integrity: string
  /** `undefined`: the whole digest decides, and the map is made on the way. */
  readonly chunks: SerializedChunkMap | undefined
  /** Sealed bundles whose chunks may serve, after they were hashed. */
  readonly donors: readonly DonorBundle[]
  readonly validator: Validator | undefined
  readonly connections: ConnectionLimits
  readonly timeouts: TransferTimeouts
}

export interface DonorBundle {
  readonly address: string
  readonly size: number
  readonly chunks: SerializedChunkMap
  /** This very download made it, in a process that ended too early: what is taken from there is not reused. @default false */
  readonly isOwn?: boolean
}

/** By what a bundle without chunks may be resumed: a strong ETag, and the URL that gave it. */
export interface Validator {
  readonly url: string
  readonly etag: string
}

/** How many at once. A bundle without chunks takes one. */
export interface ConnectionLimits {
  readonly perDownload: number
  /** Of all jobs together. */
  readonly perOrigin: number
}

export interface TransferTimeouts {
  /** Until the server took the connection, where the platform can tell; else it counts as waiting for headers. */
  readonly connectMs: number
  readonly headersMs: number
  /** Of waiting for a source that sends next to nothing. */
  readonly stallMs: number
}

export interface TransferWatch {
  /** Written as bytes come; another thread writes it several times a second. */
  readonly meter: TransferMeter
  /** Settles when it is recorded. */
  readonly keepValidator: (validator: Validator | undefined) => Promise<void>
  /** A link in place of one that was answered with `status`; `undefined` where nobody gives out links. */
  readonly refreshUrl: (url: string, status: number) => Promise<string | undefined>
  /** Of a bundle with chunks: hears which are there. */
  readonly chunks?: ChunkWatch | undefined
  readonly signal: AbortSignal
}

/** Hears of chunks as soon as they are stored: a moment later where the engine lives in another thread. */
export interface ChunkWatch {
  /** What was stored before is counted; these runs, first and last chunk each, are missing. `url`: where they are asked for. */
  counted(missing: readonly (readonly [first: number, last: number])[], url: string): void
  /** These have come, from `url`. */
  added(first: number, last: number, url: string): void
}

export type TransferOutcome =
  /** Every byte is there and proven. `chunks` is the map that was made, where none was given. */
  | { readonly ok: true; readonly chunks: SerializedChunkMap | undefined }
  /** `gainedBytes`: verified bytes that this attempt won. After an abort `error` is a `CancelledError`. */
  | { readonly ok: false; readonly error: PluginDockError; readonly gainedBytes: number }
