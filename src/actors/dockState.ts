import type { Subject } from 'rxjs'
import type { AnyActorRef } from 'xstate'
import type { Roster, RosterWait } from '../../machines/roster.js'
import type { SupervisorSettings } from '../../machines/supervisor.types.js'
import type { ChunkMap, SerializedChunkMap } from '../domain/chunks.js'
import { ClosedError, type PluginDockError } from '../domain/errors/index.js'
import type { HostIdentity } from '../domain/hostIdentity.js'
import type { PluginManifest } from '../domain/manifest.js'
import type { TransferMeter } from '../domain/progress.js'
import type { DownloadRecord, ManifestRecord } from '../domain/records.js'
import type { TurnsByKey } from '../domain/turnsByKey.js'
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
import type { Calls } from './tabs/calls.js'
import type { TrialDesk } from './trialDesk.js'
import type { TrustDesk } from './trustDesk.js'
import type { VersionHistory } from './versionHistory.js'

/** What the actors of one supervisor share and no chart can hold: ports, counters, and what is open. */
export interface DockState {
  readonly host: Host
  /** Tells this page, or process, from every other. */
  readonly pageId: string
  /** What only who leads can do. */
  readonly calls: Calls
  /** What the leader said of tasks that wait for their turn. Empty where this page leads. */
  readonly mirroredWaits: Map<string, RosterWait>
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
  readonly trust: TrustDesk
  /** Absent where the app does not say which version it is. */
  readonly hostIdentity: HostIdentity | undefined
  /** By plugin: what the app was shipped with. */
  readonly minimumVersions: ReadonlyMap<string, string>
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
  /** By partial: who has it open, and who waits for it. */
  readonly openPartials: TurnsByKey
  /** What a dock that closes waits for: see {@link wholly}. */
  readonly wholeWork: Set<Promise<void>>
  /** By task, or by what else runs: what aborts it. */
  readonly effects: Map<string, Set<AbortController>>
  /** What the transfers under way have and lack. */
  readonly running: RunningTransfers
  /** By address: settles when a repair of that bundle has ended, and rejects with why it failed. */
  readonly repairs: Map<string, Promise<void>>
  /** Tells of bundles that were damaged and are whole again. */
  readonly repaired: Subject<RepairedVersion>
  /** Told when a plugin begins or ends to be in use, here or in another page of the dock. */
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
  /** Set while this page leads or follows: by {@link setOpened} alone. */
  opened: OpenedStores | undefined
  /** Who waits for that. */
  readonly doorway: Set<() => void>
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
}

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
  /** Its manifest as it is recorded, from the transfer that brings the last byte to the commit. */
  kept?: ManifestRecord | undefined
  /** The time that it is judged by, epoch ms. */
  beganAt?: number
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
  throw closed()
}

/** What this page has open from now on. */
export function setOpened(state: DockState, opened: OpenedStores | undefined): void {
  state.opened = opened
  wakeDoorway(state)
}

/** Whoever waits looks again. */
export function wakeDoorway({ doorway }: DockState): void {
  for (const look of [...doorway]) look()
}

/**
 * The same for who can wait: this page may be about to lead, or to follow. Rejects with `ClosedError` when the dock is
 * closed, and with why the stores cannot be opened any more.
 */
export function untilOpen(state: DockState): Promise<OpenedStores> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const { opened, shuttingDown, bootError } = state
      const end = shuttingDown === undefined ? bootError : closed()
      if (!end && !(opened && !opened.taken?.aborted)) return
      state.doorway.delete(look)
      if (end || !opened) reject(end ?? closed())
      else resolve(opened)
    }
    state.doorway.add(look)
    look()
  })
}

/** Does `work`, which changes nothing, once more where the stores were taken away meanwhile. */
export async function withStores<T>(state: DockState, work: (opened: OpenedStores) => Promise<T>): Promise<T> {
  for (;;) {
    const opened = await untilOpen(state)
    try {
      return await work(opened)
    } catch (error) {
      if (isStillOpen(state, opened) || state.shuttingDown !== undefined) throw error
    }
  }
}

export function isStillOpen(state: DockState, opened: OpenedStores): boolean {
  return state.opened === opened && opened.taken?.aborted !== true
}

/** The opened stores, for what is under way. Throws `ClosedError` where they were closed meanwhile. */
export function storesOf(state: DockState): OpenedStores {
  if (!state.opened) throw new ClosedError('The dock was closed meanwhile')
  return state.opened
}

function closed(): ClosedError {
  return new ClosedError('The dock is closed; create it again')
}
