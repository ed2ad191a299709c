import type { BackgroundTransfers } from './background.js'
import type { BundleStore } from './bundleStore.js'
import type { Clock } from './clock.js'
import type { ConditionsSource } from './conditions.js'
import type { Digester } from './digester.js'
import type { Farewell } from './farewell.js'
import type { Fetcher } from './fetcher.js'
import type { Leases } from './locks.js'
import type { ModuleLoader } from './modules.js'
import type { RecordStore } from './recordStore.js'
import type { ServedFiles } from './servedFiles.js'
import type { Signatures } from './signatures.js'
import type { TransferEngine } from './transferEngine.js'

/** What a host can do. The UI asks here and never offers what it cannot. */
export interface HostCapabilities {
  readonly bundleStore: 'opfs' | 'indexedDb' | 'fileSystem' | 'memory'
  readonly background: 'none' | 'backgroundFetch' | 'workManager' | 'bgTask'
  readonly meteredDetection: boolean
  readonly saveDataDetection: boolean
  readonly manyWriters: 'leader' | 'lock' | 'none'
  readonly servedFiles: boolean
  readonly persistent: boolean | undefined
}

/** A platform, as a bag of ports. */
export interface Host {
  readonly capabilities: HostCapabilities
  readonly clock: Clock
  readonly digester: Digester
  /** Absent where nobody can check any: such a host takes no option `trust`. */
  readonly signatures?: Signatures | undefined
  readonly conditions: ConditionsSource
  readonly leases: Leases
  readonly moduleLoader: ModuleLoader
  /** Absent where nothing could follow such a URL. */
  readonly fileUrls?: FileUrls | undefined
  /** Absent where nobody could answer such a URL. */
  readonly servedFiles?: ServedFiles | undefined
  readonly fetcher: Fetcher
  /**
   * Runs `work` when the platform has time for it. Where there is none, all of the dock's code is at hand, and it opens
   * with all of it; else what it does not open with comes then, or as soon as it is wanted.
   */
  whenIdle?(work: () => void): void
  /** What relative addresses of manifests are relative to. Absent where there is no page. */
  pageUrl?(): string | undefined
  /** Absent where a process is never told that it ends. */
  readonly farewell?: Farewell | undefined
  /** Opens what outlives the process, and takes its lock: rejects with `LockedError` where another process has it. */
  open(): Promise<HostStores>
  /**
   * Asks the platform not to remove what is stored when room is short; `capabilities.persistent` then says what it said.
   * However often it is called, it asks once, and again where a person wishes it. Never rejects. Absent where nothing is
   * removed.
   */
  persist?(isWished?: boolean): Promise<void>
  /** Where several pages share the stores: how those live that do not lead. */
  readonly followers?: Followers | undefined
}

/** One page leads, with everything `open` gives; the others read, and hear from it. */
export interface Followers {
  /** Settles when the leader is gone and `open` is worth a try. Rejects with `signal.reason`. */
  untilLeaderless(signal: AbortSignal): Promise<void>
  /** The same at once, whoever leads: for one that does not answer, or that wants this page to. */
  takeOver(): Promise<void>
  /** The same stores for reading; whatever would write rejects with `FencedError`. */
  openToRead(): Promise<HostStores>
  /** Between all pages of one dock. */
  openChannel(): Channel
}

/** Messages of plain data to all others, never to oneself. */
export interface Channel {
  post(message: unknown): void
  listen(listener: (message: unknown) => void): void
  close(): void
}

export interface HostStores {
  readonly bundles: BundleStore
  readonly records: RecordStore
  /** Where bytes move. @default in the thread of the dock, over the host's own ports */
  readonly engine?: TransferEngine | undefined
  /** Absent where nothing goes on without the process. */
  readonly background?: BackgroundTransfers | undefined
  /**
   * Settles when the stores were taken away and it is worth a try to open them again: a page was put into the
   * back/forward cache, without its locks and handles, and is back; or another page leads now. Until then whatever is
   * asked rejects.
   */
  readonly lost?: Promise<void> | undefined
  /** Aborted as soon as they are taken away. */
  readonly taken?: AbortSignal | undefined
  /**
   * Closes everything but the lock, calls `tell`, and gives the lock up when another page has taken it over, or takes too
   * long. Absent where there are no followers.
   */
  handOver?(tell: () => void): Promise<void>
  /** Gives up the lock as well. */
  close(): Promise<void>
}

/** Makes URLs of verified files, for what takes nothing else: workers, style sheets, images. */
export interface FileUrls {
  /** Good until it is revoked. */
  publish(blob: Blob): string
  revoke(url: string): void
}
