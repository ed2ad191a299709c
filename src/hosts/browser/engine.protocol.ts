import type { Bytes } from '../../domain/bytes.js'
import type { PortableError } from '../../domain/portableError.js'
import type { TransferMeter } from '../../domain/progress.js'
import type { ListOptions, StoreEntry } from '../../ports/bundleStore.js'
import type { TransferJob, TransferOutcome, Validator } from '../../ports/transferEngine.js'
import type { StoredRun } from './chunkPost.js'

/** What the worker needs to know before anything else. */
export interface EngineSettings {
  /** The dock's. */
  readonly name: string
  /** As in the dock's options; `undefined`: any https origin, and http on loopback. */
  readonly allowedOrigins: readonly string[] | undefined
  /** Whether the page wants to be asked for headers. */
  readonly asksHeaders: boolean
}

/** An open partial or bundle. */
export interface OpenedFile {
  readonly handle: number
  readonly size: number
}

/** What the worker serves to the page: the engine, and the store over which it runs. */
export interface EngineCalls {
  /** First of all. Rejects with `unsupported` where this engine cannot write files in a worker. */
  open(settings: EngineSettings): Promise<void>
  /** The page leads since then, under this epoch. */
  lead(epoch: number): void

  openPartial(key: string): Promise<OpenedFile>
  deletePartial(key: string): Promise<void>
  openBundle(address: string): Promise<OpenedFile | undefined>
  deleteBundle(address: string): Promise<void>
  deleteUnknown(name: string): Promise<void>
  list(options?: ListOptions): Promise<readonly StoreEntry[]>
  availableBytes(): Promise<number | undefined>

  read(handle: number, offset: number, length: number): Promise<Bytes>
  /** See `BundleReader`. */
  digests(handle: number, offset: number, lengths: readonly number[]): Promise<Bytes>
  /** Answers the new size, as `truncate` does. */
  write(handle: number, offset: number, bytes: Bytes): Promise<number>
  truncate(handle: number, size: number): Promise<number>
  flush(handle: number): Promise<void>
  seal(handle: number, address: string): Promise<void>
  closeFile(handle: number, opensAgain?: boolean): Promise<void>

  /** SHA-256. */
  digest(bytes: Bytes): Promise<Bytes>

  /** `meter` is where the counters stand. The final ones are told before the outcome. */
  transfer(jobId: number, job: TransferJob, meter: TransferMeter): Promise<PortableOutcome>
  abort(jobId: number): void
  forget(taskId: string): void
  limit(bytesPerSecond: number | undefined, taskId: string | undefined): void
  /** Settles when no handle is open any more. */
  shutDown(): Promise<void>
}

/** What the page serves to the worker. */
export interface PageCalls {
  /** The worker has loaded and listens. */
  hello(): void
  /** Counters of every job that moved, at most ten times a second. */
  meters(changed: readonly (readonly [jobId: number, meter: TransferMeter])[]): void
  keepValidator(jobId: number, validator: Validator | undefined): Promise<void>
  /** A link in place of an expired one; `undefined` where the page gives out none. */
  refreshUrl(jobId: number, url: string, status: number): Promise<string | undefined>
  /** See `ChunkWatch`. */
  counted(jobId: number, missing: readonly (readonly [first: number, last: number])[], url: string): void
  added(runs: readonly StoredRun[]): void
  /** Asked once a connection. */
  headers(url: string): Promise<readonly (readonly [name: string, value: string])[]>
}

export type PortableOutcome =
  | Extract<TransferOutcome, { ok: true }>
  | (Omit<Extract<TransferOutcome, { ok: false }>, 'error'> & { readonly error: PortableError })
