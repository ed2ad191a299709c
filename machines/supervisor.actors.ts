import type { AnyActorRef, CallbackActorLogic, EventObject, ObservableActorLogic } from 'xstate'
import type { DownloadRequest } from './download.types.js'
import type { FleetLogic } from './fleet.types.js'
import type { PolicyCommand, PortalNotice, SupervisorCommand, SupervisorReport } from './supervisor.types.js'
import type { TrialsLogic } from './trials.types.js'

/** Actors find what belongs to their supervisor by the supervisor itself. */
export interface MemberInput {
  readonly supervisor: AnyActorRef
}

export interface HeirInput extends MemberInput {
  /** The page that is to lead. */
  readonly heir: string
}

type Report<TType extends SupervisorReport['type']> = Extract<SupervisorReport, { type: TType }>

export interface SupervisorActors {
  /** Opens the stores, takes their lock and reads what a former run left. */
  boot: ObservableActorLogic<Report<'boot.completed' | 'boot.failed' | 'boot.refused'>, MemberInput>
  /** Shows what the leader does, has it do what is sent here, and waits until this page is to lead. */
  follow: CallbackActorLogic<SupervisorCommand, MemberInput>
  /** Tells followers what the leader does, carries out what they want, and finds one that is seen where this page is not. */
  herald: CallbackActorLogic<EventObject, MemberInput>
  /** Lets go of everything for the page that is to lead. */
  yielding: ObservableActorLogic<Report<'leadership.left'>, HeirInput>
  /**
   * Tells when the stores were taken away and may be opened again: a page is back from the back/forward cache, or another
   * one leads.
   */
  watch: ObservableActorLogic<Report<'stores.lost'>, MemberInput>
  /** Lives as long as the supervisor, and closes what it opened however it ends. */
  custody: CallbackActorLogic<EventObject, MemberInput>
  /** Keeps one timer for all back-offs. */
  deadline: CallbackActorLogic<DownloadRequest, MemberInput>
  /** Keeps the bandwidth policy, and has it obeyed. */
  policy: CallbackActorLogic<PolicyCommand, MemberInput>
  /** Tells what the network may be used for, and asks origins again that answer with web pages. */
  conditions: CallbackActorLogic<PortalNotice, MemberInput>
  /** Writes what changed to the records, and tells what the records say of versions. */
  recorder: ObservableActorLogic<Report<'tasks.recorded' | 'tasks.unrecorded' | 'version.rolledBack'>, MemberInput>
  /** Measures the room on the disk, while a download waits for some. */
  space: ObservableActorLogic<Report<'space.measured'>, MemberInput>
  fleet: FleetLogic
  /** Versions that run and are not confirmed yet. */
  trials: TrialsLogic
  /** Waits until nothing moves, then closes the stores. */
  shutdown: ObservableActorLogic<Report<'shutdown.completed'>, MemberInput>
}
