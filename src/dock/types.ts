import type { Observable } from 'rxjs'
import type { ActorRefFrom, InspectionEvent, Observer } from 'xstate'
import type { downloadMachine } from '../../machines/download.machine.js'
import type { supervisorMachine } from '../../machines/supervisor.machine.js'
import type { ResolveUrl } from '../actors/freshLinks.js'
import type { SignedManifest } from '../domain/envelope.js'
import type { PluginManifest } from '../domain/manifest.js'
import type { InstalledPlugin, PluginHealth, RollbackCause } from '../domain/plugin.js'
import type { BandwidthPolicy } from '../domain/policy.js'
import type { DownloadProgress } from '../domain/progress.js'
import type { RetryPolicy } from '../domain/retry.js'
import type { TrustOptions } from '../domain/trust.js'
import type { HostCapabilities } from '../ports/host.js'
import type { BandwidthPolicyControl, DockConditions } from './networkTypes.js'
import type { DockNotification } from './notificationTypes.js'
import type { PluginStorageManager } from './storageTypes.js'

export type { BandwidthPolicyControl, DockConditions, NetworkConditions } from './networkTypes.js'
export type { DockNotification, RollbackReport } from './notificationTypes.js'
export type { EvictItemsOptions, PluginStorageManager, VerifyOptions } from './storageTypes.js'

/** What `startDownload` accepts: a manifest, or where to find one. */
export type DownloadSource = PluginManifest | SignedManifest | string | URL

/** Options of every host's `createPluginDock`. */
export interface PluginDockOptions {
  /** Separates stores, locks and channels. `^[a-z0-9-]{1,64}$`. @default 'plugdock' */
  name?: string
  /** An actor of `createSupervisorLogic` that the app owns. The dock then owns nothing, and `close` leaves it alone. */
  supervisor?: ActorRefFrom<typeof supervisorMachine>
  /** At most so many use the network at once; with those that are being checked and stored, twice as many. @default 3 */
  maxConcurrentDownloads?: number
  /** @default 6 */
  maxConnectionsPerOrigin?: number
  /**
   * Over how many connections one bundle comes, where it is large enough and its server answers with parts. They count
   * towards `maxConnectionsPerOrigin`, and make way for other downloads. @default 2
   */
  connectionsPerDownload?: number
  /** @default 5 attempts, exponential from 1 s by 2 to 60 s, full jitter */
  retry?: Partial<RetryPolicy>
  timeouts?: {
    /** Until the server takes the connection; in browsers, which do not tell, `headersMs` holds. @default 15_000 */
    connectMs?: number
    /** Until the answer's headers are there. @default 30_000 */
    headersMs?: number
    /** Of waiting for a source that sends less than 1 KiB in all that time. @default 20_000 */
    stallMs?: number
  }
  /** Where the policy starts; what the user changed later is kept and wins. */
  bandwidth?: Partial<BandwidthPolicy>
  storage?: {
    /** Bundles and partials of all versions. */
    budgetBytes?: number
    /** Kept free on the disk. @default 0 */
    reserveBytes?: number
    /** @default 1 */
    keepPreviousVersions?: number
  }
  /** When a version that was just installed counts as working. */
  health?: {
    /**
     * `'automatic'`: when its time has passed and nobody called `reportFailure`. `'explicit'`: when `confirmHealthy` is
     * called; otherwise it fails when its time has passed. @default 'automatic'
     */
    confirm?: 'automatic' | 'explicit'
    /** Of visible, unfrozen time. @default 10_000 */
    timeoutMs?: number
    /** How often the app may die while it runs. @default 3 */
    maxTrials?: number
    /** For how long a version that failed is neither run nor installed again. @default a week */
    quarantineMs?: number
  }
  /** Whose manifests are installed. @default everybody's: what they say is then as good as the connection they came by */
  trust?: TrustOptions
  /**
   * The app's own version, SemVer. A plugin whose manifest names others in `engines` is refused, and the refusal says which
   * would fit. @default not asked
   */
  hostVersion?: string
  /** Which entry of `engines` means this app. @default every one */
  hostName?: string
  /** Versions below which nothing is installed, by plugin: what holds on a device that has forgotten all. */
  minimumVersions?: Readonly<Record<string, string>>
  /** Origins that manifests and bundles may come from. @default any https origin, and http on loopback */
  allowedOrigins?: readonly string[]
  /** Asked before every request. */
  headers?: (url: URL) => HeadersInit | Promise<HeadersInit>
  /**
   * Asked for a link when one was answered with 401, 403 or 410, once for all connections; the download goes on where
   * it was. `url` is the one that the manifest names.
   */
  resolveUrl?: ResolveUrl
  /** Bare specifiers that a plugin may import. */
  imports?: Record<string, () => Promise<unknown>>
  /** Replaces the platform's. */
  fetch?: typeof fetch
  /** Hears of every actor, event and snapshot, as Stately's inspector does. To begin later: `inspectActors`. */
  inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
}

export interface PluginDock {
  readonly downloads: PluginDownloadManager
  readonly storage: PluginStorageManager
  readonly plugins: PluginRuntime
  readonly policy: BandwidthPolicyControl
  readonly conditions: DockConditions
  readonly supervisor: ActorRefFrom<typeof supervisorMachine>
  readonly notifications: Observable<DockNotification>
  readonly capabilities: HostCapabilities
  /** Stops everything and keeps every partial. Idempotent. */
  close(): Promise<void>
}

export interface PluginDownloadManager {
  /**
   * Settles when the task is recorded, before any request. Rejects only for what can never work: not a URL
   * (`manifest`), `untrusted-origin`, `closed`. All else is told by the task.
   */
  startDownload(source: DownloadSource, options?: DownloadOptions): Promise<DownloadTask>
  /** Settles when no byte moves any more. */
  pauseDownload(taskId: string): Promise<void>
  resumeDownload(taskId: string): Promise<void>
  /** Settles when the partial's bytes are removed. */
  cancelDownload(taskId: string): Promise<void>
  /** From `failed`: the same task goes on and keeps what it verified. */
  retryDownload(taskId: string): Promise<void>
  /**
   * It may use the network for as long as it lives, whatever that costs: the answer to `awaitingConsent`, also given where
   * it waits for `metered` or `save-data`. With `always` every other download may as well: the policy's `onMetered` is
   * `'allow'` from then on.
   */
  approveDownload(taskId: string, options?: { always?: boolean }): Promise<void>
  /** The speed of one download, at once; `undefined`: no limit but the dock's own. */
  limitDownload(taskId: string, bytesPerSecond: number | undefined): Promise<void>
  /** Higher runs first. */
  reprioritize(taskId: string, priority: number): Promise<void>
  pauseAll(): Promise<void>
  resumeAll(): Promise<void>
  /** Forgets a task that is settled or failed. */
  dismissDownload(taskId: string): Promise<void>
  dismissSettled(): Promise<void>
  /**
   * What a download of this would cost now. Reads the manifest, records nothing, and asks for no byte of the bundle.
   * Rejects with what a download would fail with so far. Followers may ask too.
   */
  estimate(source: DownloadSource, options?: Pick<DownloadOptions, 'baseUrl' | 'signal'>): Promise<DownloadEstimate>
  /** The present value first, then at most 10 a second. Never errors; completes when the task is settled. */
  watchProgress(taskId: string): Observable<DownloadProgress>
  watchAll(): Observable<readonly DownloadProgress[]>
  getTask(taskId: string): DownloadTask | undefined
  getTasks(): readonly DownloadTask[]
}

/** Bytes of a bundle. The first is the sum of the others. */
export interface DownloadEstimate {
  readonly totalBytes: number
  /** From the source, where nothing goes wrong on the way. */
  readonly bytesToTransfer: number
  /**
   * Of chunks that installed versions of the plugin have, and of an unfinished download of the same bundle, as it was last
   * counted. All of them where this very bundle is installed.
   */
  readonly bytesReusable: number
}

export interface DownloadTask {
  readonly id: string
  readonly source: string
  /** `undefined` while resolving. */
  readonly pluginId: string | undefined
  /** `undefined` while resolving. */
  readonly version: string | undefined
  /** Higher runs first. */
  readonly priority: number
  /** The latest. */
  readonly progress: DownloadProgress
  /** `undefined` when settled. */
  readonly actor: ActorRefFrom<typeof downloadMachine> | undefined
  /** Of the present run. Rejects with a `PluginDockError`; a rejection that nobody reads is not reported as unhandled. */
  readonly finished: Promise<InstalledPlugin>
}

export interface DownloadOptions {
  /** Higher first. @default 0 */
  priority?: number
  /** @default 'user' */
  initiator?: 'user' | 'automatic'
  /**
   * `true`: never waits for another network, and never asks. `false`: waits on a metered one, also where a person began it.
   * @default what the bandwidth policy says
   */
  allowMetered?: boolean
  limitBytesPerSecond?: number
  /** Whether a version may come that is older than the highest one that was confirmed healthy here. @default false */
  allowDowngrade?: boolean
  /** For relative URLs of a manifest that is given as an object. */
  baseUrl?: string | URL
  /** Aborting cancels the download. */
  signal?: AbortSignal
}

export interface PluginRuntime {
  /**
   * The active version. Every byte it hands out was hashed after it was read. Where it is damaged and cannot be repaired,
   * the newest healthy version takes its place, and `rolledBack` is notified. Rejects with `not-installed`, `corrupt`, or
   * `quarantined` where the only version failed its trial.
   */
  load(pluginId: string): Promise<LoadedPlugin>
  /**
   * Loads the plugin and calls `start` with it. Where `start` throws, or the trial of a version that is not confirmed yet
   * is lost before it settles, the version before is started instead. Resolves with what the `start` returned that ended
   * well; its plugin stays open. Rejects when none started: with `start`'s own error where the version was confirmed, else
   * with `quarantined` and that error as `cause`. `signal` aborts when the trial is lost, also later.
   */
  activate<T>(
    pluginId: string,
    start: (plugin: LoadedPlugin, context: { signal: AbortSignal }) => T | Promise<T>,
  ): Promise<T>
  /**
   * Makes the newest healthy version active that is on the disk beside the present one, else the one that was active
   * before. It quarantines nothing and lowers no floor. Rejects with `not-installed` where there is none.
   */
  rollback(pluginId: string): Promise<InstalledPlugin>
  /** All versions on the disk, the active one first. */
  versions(pluginId: string): Promise<InstalledVersion[]>
  /** Lifts a quarantine: the version may be run, and installed again. Nothing to lift is no failure. */
  release(pluginId: string, version: string): Promise<void>
}

export interface InstalledVersion {
  readonly version: string
  readonly address: string
  readonly sizeBytes: number
  /** Epoch ms. */
  readonly installedAt: number
  readonly role: 'active' | 'previous' | 'quarantined'
  readonly health: PluginHealth
  /** Epoch ms; set where damage was found that nobody has repaired yet. */
  readonly damagedAt?: number
  /** `until` in epoch ms; no `cause` where an earlier release wrote it. */
  readonly quarantine?: {
    readonly reason: string
    readonly failures: number
    readonly until: number
    readonly cause?: RollbackCause | undefined
  }
}

/** A version in use: not deleted while open. */
export interface LoadedPlugin {
  readonly pluginId: string
  readonly version: string
  readonly entry: string
  files(): readonly string[]
  /** Default: the entry. */
  read(path?: string): Promise<Uint8Array>
  text(path?: string): Promise<string>
  /** Never a view of a file. */
  blob(path?: string): Promise<Blob>
  /** For big files: pieces are hashed as they pass. */
  stream(path?: string): ReadableStream<Uint8Array>
  /**
   * One instance per dock, plugin, version and path, however often loaded; where `capabilities.servedFiles`, per page. The
   * first one of a version that is not confirmed begins its trial, and fails it where the code throws.
   */
  import<T = unknown>(path?: string): Promise<T>
  /**
   * A URL of one file for a worker, a style sheet, an image or WASM; the same for the same path. Where
   * `capabilities.servedFiles`, the service worker's, good for as long as the page lives, and the version is in use so
   * long. Elsewhere a blob URL, good until `close`; what the file itself names relatively is not found from there. Rejects
   * with `unsupported` where no page could follow it. The first one of a version that is not confirmed begins its trial.
   */
  url(path?: string): Promise<string>
  /**
   * It works. Counts for this load only: of a load whose trial has ended it means nothing. Settles when it is written.
   */
  confirmHealthy(): Promise<void>
  /**
   * It does not work: ends the trial, quarantines the version and goes back to the one before. Settles when that is
   * written. A version that was confirmed stays: `rollback` is for that.
   */
  reportFailure(error: unknown): Promise<void>
  close(): Promise<void>
}
