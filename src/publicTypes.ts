export type * from './dock/types.js'
export type { SignedDocument, SignedManifest } from './domain/envelope.js'
export type { EvictionItem, EvictionPlan } from './domain/evictionPlan.js'
export type { DownloadFailure } from './domain/failure.js'
export type { KeyList } from './domain/keyList.js'
export type { SignedKeyList } from './domain/keyState.js'
export type { BundleFormat, PluginManifest } from './domain/manifest.js'
export type {
  BadChunk,
  CleanupReport,
  InstalledPlugin,
  OrphanReport,
  PluginHealth,
  RollbackCause,
  VerificationReport,
} from './domain/plugin.js'
export type { BandwidthPolicy } from './domain/policy.js'
export type { DownloadProgress, DownloadState, WaitReason } from './domain/progress.js'
export type { RetryPolicy } from './domain/retry.js'
export type { TrustedKey, TrustOptions } from './domain/trust.js'
export type { HostCapabilities } from './ports/host.js'
