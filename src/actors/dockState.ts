import type { Subject } from 'rxjs'
import type { AnyActorRef } from 'xstate'
import type { Roster } from '../../machines/roster.js'
import type { SupervisorSettings } from '../../machines/supervisor.types.js'
import type { ChunkMap, SerializedChunkMap } from '../domain/chunks.js'
import { ClosedError, LockedError, type PluginDockError } from '../domain/errors/index.js'
import type { PluginManifest } from '../domain/manifest.js'
import type { TransferMeter } from '../domain/progress.js'
import type { DownloadRecord } from '../domain/records.js'
import type { BundleReader } from '../ports/bundleStore.js'
import type { Host, HostStores } from '../ports/host.js'
import type { ConnectionLimits, TransferEngine, TransferTimeouts } from '../ports/transferEngine.js'
import type { ResolveUrl } from './freshLinks.js'
import type { InstalledIndex } from './installedIndex.js'
import type { Journal } from './journal.js'
import type { Notice, Notices } from './notices.js'
import type { PolicyDesk } from './policyDesk.js'
import type { RunningTransfers } from './runningTransfers.js'
import type { SourceRules } from './sources.js'
import type { SpaceLedger } from './spaceLedger.js'
import type { TrialDesk } from './trialDesk.js'
import type { VersionHistory } from './versionHistory.js'

/** What the actors of one supervisor share and no chart can hold: ports, counters, and what is open. */
export interface DockState {
  readonly host: Host
  readonly settings: SupervisorSettings
  readonly timeouts: TransferTimeouts
  readonly connections: ConnectionLimits
  /** Absent where the app gives out no links. */
  readonly resolveUrl: ResolveUrl | undefined
  readonly keepPreviousVersions: number
  readonly health: HealthRules
  readonly space: SpaceLedger
  /** What bare specifiers in plugins mean. */
  readonly imports: Readonly<Record<string, () => Promise<unknown>>>
  readonly sources: SourceRules
  /** Refuses a bundle that is no archive plugdock accepts, before anything of it counts. `signal` ends it. */
  readonly inspectBundle: (
    bytes: Pick<BundleReader, 'size' | 'read'>,
    map: ChunkMap,
    manifest: PluginManifest,
    signal: AbortSignal,
  ) => Promise<void>
  readonly roster: Roster
  readonly journal: Journal
  readonly tasks: Map<string, TaskResources>
  /** Manifests that were given as objects, by label, until they are recorded. */
  readonly inbox: Map<string, InlineManifest>
  readonly policy: PolicyDesk
  /** By partial: settles when nobody has it open any more. */
  readonly openPartials: Map<string, Promise<void>>
  /** By task, or by what else runs: what aborts it. */
  readonly effects: Map<string, Set<AbortController>>
  /** What the transfers under way have and lack. */
  readonly running: RunningTransfers
  /** By address: settles when a repair of that bundle has ended, and rejects with why it failed. */
  readonly repairs: Map<string, Promise<void>>
  /** Tells of bundles that were damaged and are whole again. */
  readonly repaired: Subject<RepairedVersion>
  /** Told when a plugin begins or ends to be in use here. */
  readonly uses: Subject<void>
  /** For the supervisor, which tells its downloads and emits. */
  readonly notices: Notices
  /** For `dock.notifications`. */
  readonly appNotices: Notices
  readonly trials: TrialDesk
  /** What has to be let go of before the stores are closed. */
  readonly beforeClose: Set<() => Promise<void>>
  /** Settles when the stores are open, or cannot be opened. */
  booting: Promise<void> | undefined
  /** Why they could not; with its cause and fields. */
  bootError: PluginDockError | undefined
  /** Set while the supervisor runs. */
  opened: OpenedStores | undefined
  shuttingDown: Promise<void> | undefined
}

export interface OpenedStores extends HostStores {
  /** A follower reads; every write of its is refused. */
  readonly role: 'leader' | 'follower'
  readonly engine: TransferEngine
  readonly epoch: number
  readonly index: InstalledIndex
  readonly history: VersionHistory
  readonly restored: readonly DownloadRecord[]
  /** `false` where a record is of a newer release: then nothing is an orphan for certain. */
  readonly isUnderstood: boolean
  /** Settles when nothing goes on in the background any more: what came that way is found beside the partials. */
  readonly resumed?: Promise<void> | undefined
  /** Set in a page that follows. */
  readonly tellLeader?: ((message: FollowerMessage) => void) | undefined
}

/** What a page that follows has the leader know. */
export type FollowerMessage =
  | { readonly type: 'plugdock.used'; readonly pluginId: string }
  | { readonly type: 'plugdock.released'; readonly address: string }

/** When a version counts as working, and what happens to one that does not. */
export interface HealthRules {
  readonly confirm: 'automatic' | 'explicit'
  /** Visible, unfrozen time. */
  readonly timeoutMs: number
  readonly maxTrials: number
  readonly quarantineMs: number
}

export interface RepairedVersion {
  readonly pluginId: string
  readonly version: string
}

/** What one download has beside its record. */
export interface TaskResources {
  readonly meter: TransferMeter
  /** The map of a bundle without chunks, made while its whole digest was proven. */
  madeChunks?: SerializedChunkMap | undefined
  /** Its bytes have their name, and no record names them yet. */
  sealed?: SealedBundle | undefined
  /** Of its partial, as it was found when the download had its turn: bytes that were stored, and counted by nobody. */
  foundBytes?: number
  /** Why it failed last, with its cause and fields. */
  error?: PluginDockError | undefined
}

export interface SealedBundle {
  readonly partialKey: string
  readonly address: string
}

export interface InlineManifest {
  readonly manifest: unknown
  readonly baseUrl?: string | undefined
}

const states = new WeakMap<AnyActorRef, DockState>()

/** Ties a state to the supervisor whose actors share it. */
export function bindState(supervisor: AnyActorRef, state: DockState): void {
  states.set(supervisor, state)
}

/** `undefined` for an actor that is no supervisor of plugdock's. */
export function findState(supervisor: AnyActorRef): DockState | undefined {
  return states.get(supervisor)
}

/** Tells everybody who may want to know. */
export function tell(state: DockState, notice: Notice): void {
  state.notices.tell(notice)
  state.appNotices.tell(notice)
}

/** The opened stores, for callers from outside. Throws `ClosedError` before and after. */
export function openStoresOf(state: DockState): OpenedStores {
  if (state.opened && state.shuttingDown === undefined) return state.opened
  throw new ClosedError('The dock is closed; create it again')
}

/** The same for whoever wants to change something. Throws `LockedError` in a page that does not lead. */
export function leadingStoresOf(state: DockState): OpenedStores {
  const opened = openStoresOf(state)
  if (opened.role === 'leader') return opened
  throw new LockedError('Another page has these downloads in hand: do it there, or close that page', {})
}

/** The opened stores, for what is under way. Throws `ClosedError` where they were closed meanwhile. */
export function storesOf(state: DockState): OpenedStores {
  if (!state.opened) throw new ClosedError('The dock was closed meanwhile')
  return state.opened
}
