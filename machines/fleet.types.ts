import type { ActorLogic, AnyActorRef, Snapshot } from 'xstate'
import type { DownloadRecord } from '../src/domain/records.js'
import type { DownloadActor, downloadMachine } from './download.machine.js'
import type { Backoff, PortalRequest, Shortage, SpaceRequest } from './download.types.js'
import type { Roster } from './roster.js'
import type {
  BootReport,
  PolicyCommand,
  StartOptions,
  SupervisorCommand,
  SupervisorReport,
} from './supervisor.types.js'
import type { TrialCommand } from './trials.types.js'

/** One task as the fleet knows it. `actor` is `undefined` when settled. */
export interface TaskView {
  readonly record: DownloadRecord
  readonly backoff?: Backoff | undefined
  readonly shortage?: Shortage | undefined
  readonly actor?: DownloadActor | undefined
}

/** Hears of every change, at once. */
export interface TaskJournal {
  changed(view: TaskView): void
  /** The same of a task that is as its record says. */
  show(view: TaskView): void
  removed(taskId: string): void
  /** The answer to a `download.start` with a `requestId`. */
  accepted(requestId: string, taskId: string): void
}

/** What belongs to one supervisor and no chart can hold. */
export interface FleetConnections {
  /** With all its actors provided. */
  readonly download: typeof downloadMachine
  /** What a former run left, in any order. */
  readonly restored: readonly DownloadRecord[]
  readonly roster: Roster
  readonly journal: TaskJournal
  /** Ends whatever still runs for a task whose machine broke. */
  readonly abandon: (taskId: string) => void
  /** Somebody waits for room: has it measured. */
  readonly lookForSpace: () => void
  /** What a download has still to fetch, as far as that is known. */
  readonly bytesToTransfer: (record: DownloadRecord) => number
  /** In a task of its own, soon. */
  readonly later: (work: () => void) => void
  /** Names a source: a URL stays one, a manifest is put aside and gets a label. */
  readonly intake: (source: unknown, options: StartOptions) => string
}

export type FleetEvent =
  | Exclude<SupervisorCommand, { type: 'close' } | PolicyCommand | TrialCommand>
  | Extract<
      SupervisorReport,
      {
        type:
          | 'tasks.recorded'
          | 'tasks.unrecorded'
          | 'deadline.reached'
          | 'backoff.requested'
          | 'backoff.cancelled'
          | 'space.measured'
          | 'conditions.changed'
          | 'probe.passed'
          | 'probe.failed'
          | 'version.rolledBack'
      }
    >
  | SpaceRequest
  | PortalRequest
  /** `isNext`: it goes on with what was left for later. */
  | { type: 'fleet.reconcile'; isNext: boolean }
  | { type: 'xstate.stop' }
  | { type: `xstate.done.actor.${string}`; actorId: string }
  | { type: `xstate.error.actor.${string}`; actorId: string; error: unknown }

/** What an inspector sees: how many, never who. */
export type FleetSnapshot = Snapshot<undefined> & { readonly size: number }

export interface FleetInput {
  readonly supervisor: AnyActorRef
  readonly boot: BootReport
}

export type FleetLogic = ActorLogic<FleetSnapshot, FleetEvent, FleetInput>

export type Connect = (supervisor: AnyActorRef) => FleetConnections
