import type { AdmissionLimits } from '../src/domain/admission.js'
import type { DownloadFailure } from '../src/domain/failure.js'
import type { Circumstances, Hold } from '../src/domain/network.js'
import type { PolicyChange } from '../src/domain/policy.js'
import type { DownloadPlan } from '../src/domain/records.js'
import type { RetryPolicy } from '../src/domain/retry.js'
import type { DownloadRequest, Shortage } from './download.types.js'
import type { PortalChange } from './portals.js'
import type { TrialCommand } from './trials.types.js'

/** How many at once, and how failures are retried. */
export interface SupervisorSettings {
  readonly limits: AdmissionLimits
  readonly retry: RetryPolicy
  /** Separates the ids of docks that share an actor system. */
  readonly name: string
  /** Unfinished downloads of a former run come back paused. */
  readonly holdRestored: boolean
}

/** `source`: a URL, or a manifest as an object. */
export interface StartCommand {
  type: 'download.start'
  source: unknown
  options?: StartOptions | undefined
  /** Made by the dock where it could look at the manifest before. */
  prepared?: { readonly plan: DownloadPlan; readonly installed: boolean } | undefined
  /** Answered with the task's id through `accepted`. */
  requestId?: string | undefined
}

export interface StartOptions {
  readonly priority?: number | undefined
  readonly initiator?: 'user' | 'automatic' | undefined
  readonly limitBytesPerSecond?: number | undefined
  /** Whether a version may come that is older than one that works here. */
  readonly allowDowngrade?: boolean | undefined
  /** `true`: whatever the network costs. `false`: only where it costs nothing. Else the policy decides. */
  readonly allowMetered?: boolean | undefined
  readonly baseUrl?: string | undefined
}

export type SupervisorCommand =
  | StartCommand
  | { type: 'download.pause'; taskId: string }
  | { type: 'download.resume'; taskId: string }
  | { type: 'download.cancel'; taskId: string }
  | { type: 'download.retry'; taskId: string }
  /** It may use the network whatever it costs; `always`: so may all others, from now on. */
  | { type: 'download.approve'; taskId: string; always?: boolean | undefined }
  | { type: 'download.dismiss'; taskId: string }
  | { type: 'download.reprioritize'; taskId: string; priority: number }
  | { type: 'download.limit'; taskId: string; bytesPerSecond: number | undefined }
  | PolicyCommand
  | TrialCommand
  | { type: 'close' }

/** `part`: what changes; `undefined` takes a limit away. */
export type PolicyCommand = { type: 'policy.change'; part: PolicyChange } | { type: 'policy.reset' }

export type SupervisorReport =
  | { type: 'boot.completed'; boot: BootReport }
  | { type: 'boot.failed'; failure: Omit<DownloadFailure, 'attempt'> }
  | { type: 'boot.refused' }
  | { type: 'follow.opened' }
  | { type: 'follow.failed'; failure: Omit<DownloadFailure, 'attempt'> }
  | { type: 'leader.gone' }
  /** `heir`: a page that is seen, where this one is not. */
  | { type: 'heir.found'; heir: string }
  | { type: 'leadership.left' }
  | { type: 'stores.lost' }
  | { type: 'tasks.recorded'; taskIds: readonly string[] }
  | { type: 'tasks.unrecorded'; taskIds: readonly string[]; failure: Omit<DownloadFailure, 'attempt'> }
  | { type: 'deadline.reached'; taskIds: readonly string[] }
  /** Bytes that are free, or can be made so. */
  | { type: 'space.measured'; availableBytes: number }
  | ConditionsReport
  | PortalNotice
  | VersionReport
  | { type: 'fleet.reported'; report: SupervisorEmitted }
  | { type: 'fleet.busy' }
  | { type: 'fleet.idle' }
  | { type: 'shutdown.completed' }
  | DownloadRequest

/** What the network may be used for. */
export type ConditionsReport =
  | { type: 'conditions.changed'; circumstances: Circumstances }
  /** An origin that answered with a web page, or was out of reach, was asked again, and so it did; `attempt` counts from 1. */
  | { type: 'probe.failed'; origin: string; attempt: number }
  /** It answered with something else. */
  | { type: 'probe.passed'; origin: string }

/** What the fleet knows of origins that answer with web pages; `portal.asked`: try now. */
export type PortalNotice = PortalChange | { type: 'portal.asked'; origin: string }

/** A version made way for another that was on the disk. `taskIds`: the settled downloads that had brought it. */
export type VersionReport = {
  type: 'version.rolledBack'
  pluginId: string
  version: string
  to: string
  reason: string
  taskIds: readonly string[]
}

export type SupervisorEvent = SupervisorCommand | SupervisorReport

export type SupervisorEmitted =
  | { type: 'download.installed'; taskId: string; pluginId: string; version: string }
  | { type: 'download.failed'; taskId: string; pluginId?: string | undefined; failure: DownloadFailure }
  | {
      type: 'download.waiting'
      taskId: string
      pluginId?: string | undefined
      /** Epoch ms; absent where somebody has to do something. */
      until?: number
      /** Absent where nothing failed. */
      failure?: DownloadFailure
      /** Set where the network, or what it would cost, keeps it waiting. */
      hold?: Hold
      /** Set where it waits for room. */
      shortage?: Shortage
    }
  | {
      type: 'download.rolledBack'
      /** Absent where the download was dismissed. */
      taskId?: string | undefined
      pluginId: string
      version: string
      to: string
      reason: string
    }

export type SupervisorTag = 'leader' | 'follower' | 'busy' | 'starting' | 'unavailable'

/** What the stores held when they were opened. */
export interface BootReport {
  readonly epoch: number
  readonly settings: SupervisorSettings
}

export interface SupervisorContext {
  /** Commands that came before the stores were open. */
  readonly early: readonly SupervisorCommand[]
  readonly boot?: BootReport | undefined
  readonly failure?: Omit<DownloadFailure, 'attempt'> | undefined
}
