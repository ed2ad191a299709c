import type { EventObject, ObservableActorLogic } from 'xstate'
import type { EvictionPlan } from '../src/domain/evictionPlan.js'
import type { FailedAttempt } from '../src/domain/failedAttempt.js'
import type { DownloadFailure } from '../src/domain/failure.js'
import type { Hold } from '../src/domain/network.js'
import type { DownloadState } from '../src/domain/progress.js'
import type { DownloadPlan, DownloadRecord } from '../src/domain/records.js'
import type { RetryPolicy } from '../src/domain/retry.js'

export interface DownloadInput {
  /** New, or as a former run left it. */
  readonly record: DownloadRecord
  readonly retry: RetryPolicy
}

export interface DownloadContext {
  readonly record: Omit<DownloadRecord, 'state'>
  readonly retry: RetryPolicy
  readonly backoff?: Backoff | undefined
  readonly shortage?: Shortage | undefined
}

/** Room that a download does not have. */
export interface Shortage {
  /** What it has still to store. */
  readonly bytesToStore: number
  /** What has to become free for that. */
  readonly bytesNeeded: number
  /** What could be removed now; it was not enough. */
  readonly plan: EvictionPlan
  /** Epoch ms. */
  readonly since: number
  readonly failure: Omit<DownloadFailure, 'attempt'>
}

/** The wait before the next attempt. */
export interface Backoff {
  readonly delayMs: number
  /** Epoch ms, to show. */
  readonly until: number
  /** Whether the server asked for it. */
  readonly askedByServer: boolean
  /** For how much of it: the rest only spreads clients out. */
  readonly askedMs?: number | undefined
  readonly failure: DownloadFailure
}

export type DownloadCommand =
  | { type: 'download.pause' }
  | { type: 'download.resume' }
  | { type: 'download.cancel' }
  | { type: 'download.retry' }
  | { type: 'download.reprioritize'; priority: number }
  | { type: 'download.limit'; bytesPerSecond: number | undefined }
  /** A version may come that is older than one that works here. */
  | { type: 'download.permit' }
  /** It may use the network now and from now on, whatever it costs. */
  | { type: 'download.approve' }
  /** A person asked for it, whoever did before. */
  | { type: 'download.claim'; allowMetered?: boolean | undefined }

export type DownloadReport =
  | { type: 'admission.granted' }
  | { type: 'admission.withheld'; hold: Hold }
  | { type: 'admission.lifted' }
  /** The origin was asked again, and still answers with a web page. */
  | { type: 'probe.failed'; attempt: number }
  | { type: 'backoff.elapsed' }
  | { type: 'record.failed'; failure: Omit<DownloadFailure, 'attempt'> }
  | { type: 'manifest.resolved'; plan: DownloadPlan; installed: boolean }
  /** `plan`: where it could be read, and may not be followed. */
  | { type: 'manifest.failed'; attempt: FailedAttempt; plan?: DownloadPlan }
  | { type: 'transfer.completed' }
  | { type: 'bundle.found' }
  | { type: 'transfer.failed'; attempt: FailedAttempt }
  | { type: 'bundle.verified' }
  | { type: 'bundle.rejected'; attempt: FailedAttempt }
  | { type: 'bundle.installed' }
  | { type: 'install.failed'; attempt: FailedAttempt }
  | { type: 'space.short'; shortage: Shortage; gainedBytes: number }
  | { type: 'partial.discarded' }

export type DownloadEvent = DownloadCommand | DownloadReport

/** What a download tells its fleet. */
export type DownloadRequest =
  /** `until`: epoch ms; whichever of both comes sooner ends it. */
  | { type: 'backoff.requested'; taskId: string; delayMs: number; until: number }
  | { type: 'backoff.cancelled'; taskId: string }

/** A download that waits for a network that wants one to sign in wants somebody to try again now. */
export interface PortalRequest {
  type: 'portal.asked'
  taskId: string
}

/** A download that waits for room wants somebody to look. */
export interface SpaceRequest {
  type: 'space.asked'
  taskId: string
}

/** `wants.*` waits for its turn, `holds.*` has it; `holds.store` has given it back, and stores what it brought. The others are the states of the contract. */
export type DownloadTag =
  | DownloadState
  | 'wants.resolve'
  | 'wants.transfer'
  | 'wants.space'
  | 'holds.resolve'
  | 'holds.transfer'
  | 'holds.store'

export interface DownloadOutput {
  readonly state: 'installed' | 'cancelled'
}

/** What every effect of a download is told. */
export interface EffectInput {
  readonly record: DownloadContext['record']
}

/** An effect that reports by events of its parent's; leaving the state aborts it. */
export type Effect<TEvent extends EventObject> = ObservableActorLogic<TEvent, EffectInput>

/** What an effect may report. */
export type EffectReport<TName extends keyof DownloadActors> =
  DownloadActors[TName] extends Effect<infer TEvent> ? TEvent : never

export interface DownloadActors {
  resolve: Effect<Extract<DownloadReport, { type: 'manifest.resolved' | 'manifest.failed' | 'space.short' }>>
  transfer: Effect<
    Extract<DownloadReport, { type: 'transfer.completed' | 'bundle.found' | 'transfer.failed' | 'space.short' }>
  >
  verify: Effect<Extract<DownloadReport, { type: 'bundle.verified' | 'bundle.rejected' | 'space.short' }>>
  install: Effect<Extract<DownloadReport, { type: 'bundle.installed' | 'install.failed' | 'space.short' }>>
  discard: Effect<Extract<DownloadReport, { type: 'partial.discarded' }>>
}
