import type { StartOptions, SupervisorCommand } from '../../../machines/supervisor.types.js'
import type { EvictionItem, EvictionPlan } from '../../domain/evictionPlan.js'
import type { CleanupReport, OrphanReport } from '../../domain/plugin.js'
import type { PolicyChange } from '../../domain/policy.js'
import type { VersionRecord } from '../../domain/records.js'
import type { NamedVersion, Verdict } from '../../domain/versions.js'

/** Of one call, the same however often it is carried to somebody who leads. */
export interface CallContext {
  readonly id: string
  /** Whether somebody may have carried it out, in part or in full, whose answer never came. */
  readonly isRepeated: boolean
}

/**
 * What only the page that leads can do, for all pages of a dock. Arguments and results are plain data; each may be
 * asked twice with the same id, and then has the effect of once.
 */
export interface LeaderMethods {
  /** `source`: a URL, or a manifest as an object. Settles with the task's id when it is recorded. */
  'downloads.start': (source: unknown, options: StartOptions) => Promise<string>
  'downloads.pause': (taskId: string) => Promise<void>
  'downloads.resume': (taskId: string) => Promise<void>
  'downloads.cancel': (taskId: string) => Promise<void>
  'downloads.retry': (taskId: string) => Promise<void>
  'downloads.approve': (taskId: string, always: boolean) => Promise<void>
  'downloads.reprioritize': (taskId: string, priority: number) => Promise<void>
  'downloads.limit': (taskId: string, bytesPerSecond: number | undefined) => Promise<void>
  'downloads.pauseAll': () => Promise<void>
  'downloads.resumeAll': () => Promise<void>
  'downloads.dismiss': (taskId: string) => Promise<void>
  'downloads.dismissSettled': () => Promise<void>
  'policy.change': (part: PolicyChange) => Promise<void>
  'policy.reset': () => Promise<void>
  'storage.delete': (pluginId: string) => Promise<void>
  'storage.setPinned': (pluginId: string, pinned: boolean) => Promise<void>
  'storage.cleanUp': () => Promise<CleanupReport>
  /** `heldBytes`: what all versions took when it was asked: a repeated call frees what is still missing. */
  'storage.evict': (bytesToFree: number, heldBytes: number) => Promise<EvictionPlan>
  'storage.evictItems': (items: readonly EvictionItem[], evenPinned: boolean) => Promise<EvictionPlan>
  'storage.collectOrphans': () => Promise<OrphanReport>
  'storage.availableSpace': () => Promise<number>
  /** `from`: the address that is to be left; nothing happens where another one is active by now. */
  'plugins.rollBack': (pluginId: string, from: string) => Promise<void>
  'plugins.release': (pluginId: string, version: string) => Promise<void>
  'plugins.used': (pluginId: string) => Promise<void>
  'plugins.released': (address: string) => Promise<void>
  'plugins.repair': (damaged: NamedVersion) => Promise<void>
  'plugins.noteDamage': (version: NamedVersion, isDamaged: boolean) => Promise<void>
  /** All of its bytes were found to have the whole digest of its record. */
  'plugins.noteProof': (version: NamedVersion) => Promise<void>
  'plugins.stepBack': (damaged: NamedVersion, to: VersionRecord) => Promise<void>
  'trials.begin': (version: NamedVersion, token: string) => Promise<void>
  'trials.confirm': (version: NamedVersion) => Promise<void>
  'trials.fail': (version: NamedVersion, verdict: Verdict) => Promise<void>
  /** Of trials that ended without a verdict. */
  'trials.end': (tokens: readonly string[]) => Promise<void>
  /** What was sent to a supervisor that follows. */
  'supervisor.send': (command: SupervisorCommand) => Promise<void>
}

export type LeaderMethod = keyof LeaderMethods

/** How they are carried out where this page leads. */
export type LeaderHandlers = {
  readonly [Method in LeaderMethod]: (
    context: CallContext,
    ...args: Parameters<LeaderMethods[Method]>
  ) => ReturnType<LeaderMethods[Method]>
}
