import type { SerializedChunkMap } from './chunks.js'
import type { SignedManifest } from './envelope.js'
import type { DownloadFailure } from './failure.js'
import type { SignedKeyList } from './keyState.js'
import type { BundleFormat, PluginManifest } from './manifest.js'
import type { Hold } from './network.js'
import type { PluginHealth, RollbackCause } from './plugin.js'
import type { PolicyChange } from './policy.js'
import type { DownloadState } from './progress.js'

/** Where each kind of record lives. A key is `<kind>/<id>`. */
export const RECORD_KINDS = {
  download: 'download/',
  manifest: 'manifest/',
  partial: 'partial/',
  installed: 'installed/',
  chunks: 'chunks/',
  source: 'source/',
  policy: 'policy/',
  history: 'history/',
  trial: 'trial/',
  trust: 'trust/',
} as const

/** The formats written today. A record with a higher `v` is left alone and reported, never wiped. */
export const RECORD_VERSION = 1

/** One download, as it is found again after a restart. */
export interface DownloadRecord {
  readonly v: 1
  readonly taskId: string
  readonly seq: number
  /** Of whoever asked for it: asked again with the same, it is this one. Absent in records of earlier releases. */
  readonly requestId?: string | undefined
  /** A URL, or the label of a manifest that was given as an object. */
  readonly source: string
  readonly state: DownloadState
  readonly priority: number
  readonly initiator: 'user' | 'automatic'
  /** Whether a version below the floor may be installed. */
  readonly allowDowngrade?: true | undefined
  /** `true`: may use a metered network, whatever it costs. `false`: may not. Else the policy decides. */
  readonly allowMetered?: boolean | undefined
  readonly limitBytesPerSecond?: number | undefined
  readonly attempt: number
  readonly plan?: DownloadPlan | undefined
  readonly failure?: DownloadFailure | undefined
  /** What the last run had verified: shown until the bytes were hashed again, and trusted by nobody. */
  readonly bytesDownloaded: number
  readonly bytesReused: number
  readonly bytesTransferred: number
  /** Set while it waits because a server asked it to: neither a pause nor a restart shortens that. */
  readonly askedWait?: AskedWait | undefined
  /** Set while the network, or what it would cost, keeps it waiting. */
  readonly hold?: Hold | undefined
}

/** The wait that a server asked for, as far as it has to outlive the process. */
export interface AskedWait {
  readonly delayMs: number
  /** Epoch ms. */
  readonly until: number
  /** For how much of it the server asked. Absent in what an older release wrote. */
  readonly askedMs?: number | undefined
  readonly failure: DownloadFailure
}

/** What a manifest said, as far as the charts need it. The manifest itself is a record of its own. */
export interface DownloadPlan {
  readonly pluginId: string
  readonly version: string
  readonly name?: string | undefined
  readonly totalBytes: number
  /** Name of the partial. */
  readonly partialKey: string
  /** As the manifest claims it: tells bundles of one version apart, and proves nothing. */
  readonly integrity: string
  /** Origin of the first URL. */
  readonly origin: string
  readonly previousVersion?: string | undefined
  /** Of those, what chunks of installed versions seemed to have when it was planned. */
  readonly bytesReusable?: number | undefined
  /** The manifest is to be read again before anything else; until then this says whose bytes are kept. */
  readonly isOutdated?: true | undefined
}

export interface ManifestRecord {
  readonly v: 1
  readonly manifest: PluginManifest
  /** The envelope that it came in: with keys, this is what is read again. */
  readonly signed?: SignedManifest | undefined
  /** What relative bundle URLs are resolved against. */
  readonly baseUrl?: string | undefined
}

/** By what a bundle without chunks may be resumed. */
export interface PartialRecord {
  readonly v: 1
  readonly url: string
  readonly etag: string
}

export interface VersionRecord {
  readonly version: string
  readonly name?: string | undefined
  readonly address: string
  readonly sizeBytes: number
  readonly format: BundleFormat
  readonly entry: string
  readonly integrity: string
  /** Set once all of its bytes were found to have `integrity`: chunks that are right have it from then on. */
  readonly isWholeProven?: true | undefined
  /** The trusted keys that had signed its manifest. Absent where none had, or nobody asked. */
  readonly signedBy?: readonly string[] | undefined
  readonly installedAt: number
  readonly health: PluginHealth
  /** Epoch ms of the last time that damaged bytes of it were replaced. */
  readonly repairedAt?: number | undefined
  /** Epoch ms at which a check of all its bytes found damage that nobody has repaired yet. */
  readonly damagedAt?: number | undefined
  /** Set where it failed: `load` refuses it. */
  readonly quarantine?: Quarantine | undefined
}

/** Why a version is not run. */
export interface Quarantine {
  readonly reason: string
  /** How often it failed. */
  readonly failures: number
  /** Epoch ms: from then on it may be tried again. */
  readonly until: number
  /** Absent in records of earlier releases. */
  readonly cause?: RollbackCause | undefined
}

export interface InstalledRecord {
  readonly v: 1
  readonly pluginId: string
  readonly pinned: boolean
  readonly lastUsedAt: number
  readonly active: VersionRecord
  /** Newest first. */
  readonly previous: readonly VersionRecord[]
  /** Versions that failed, and are kept from running again. */
  readonly quarantined?: readonly VersionRecord[] | undefined
}

/** What was learned of a plugin's versions. It outlives the plugin: the key is its id. */
export interface HistoryRecord {
  readonly v: 1
  /** The highest version that was confirmed healthy here. */
  readonly floor?: string | undefined
  /** The highest `minimumVersion` that a trusted manifest announced. */
  readonly minimum?: string | undefined
  /** Of the key list under which both were learned: under a later one they mean nothing. @default 0 */
  readonly epoch?: number | undefined
  /** Newest first. */
  readonly failed: readonly FailedVersion[]
}

/** A bundle that failed. Another bundle of the same version is another matter. */
export interface FailedVersion extends Quarantine {
  readonly version: string
  readonly address: string
  readonly integrity: string
}

/** A trial that has begun: written before any code runs, and gone when it has ended well or badly. */
export interface TrialRecord {
  readonly v: 1
  readonly pluginId: string
  readonly version: string
  readonly address: string
  /** Tells this run of the code from every other. */
  readonly token: string
  /** How many processes died while it ran. */
  readonly deaths: number
  /** Found after a restart: that process died, unless it left word that it would end. */
  readonly isRunning: boolean
}

export function trialKey({ pluginId, address }: Pick<TrialRecord, 'pluginId' | 'address'>): string {
  return `${RECORD_KINDS.trial}${pluginId}@${address}`
}

/** What the user changed of the bandwidth policy. The key is the kind alone. */
export interface PolicyRecord {
  readonly v: 1
  readonly change: PolicyChange
  /** Whether the limit that the options set was taken away. */
  readonly isUnlimited?: true
}

/** Keys of records of the kind `trust/`. */
export const TRUST_KEYS = { keys: `${RECORD_KINDS.trust}keys`, time: `${RECORD_KINDS.trust}time` } as const

/** The lists of keys by which the app's own keys were replaced, oldest first. */
export interface KeysRecord {
  readonly v: 1
  /** The highest version seen, whatever the app's own keys are by now. */
  readonly version: number
  readonly lists: readonly SignedKeyList[]
}

/** The latest time at which a manifest that can expire was accepted, epoch ms: a clock that shows an earlier one is slow. */
export interface TimeRecord {
  readonly v: 1
  readonly seenAt: number
}

export interface ChunksRecord {
  readonly v: 1
  readonly size: number
  readonly map: SerializedChunkMap
}

/** Where an installed bundle came from, by its address: what it takes to fetch a part of it again. */
export interface SourceRecord {
  readonly v: 1
  /** Absolute. */
  readonly urls: readonly string[]
  /** Absent for a manifest that was given as an object. */
  readonly manifestUrl?: string | undefined
  /** How the bundle is cut: with its bytes this gives its map again. */
  readonly lengths: number | readonly number[]
}

/** The record where its format is one that this release reads, else `undefined`. */
export function readRecord<T extends { readonly v: 1 }>(value: unknown): T | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  // The format's number stands for its shape: only this release writes it.
  return (value as { v?: unknown }).v === RECORD_VERSION ? (value as T) : undefined
}
