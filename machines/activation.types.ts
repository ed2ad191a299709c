import type { EventObject, ObservableActorLogic } from 'xstate'
import type { DownloadFailure } from '../src/domain/failure.js'

/** One run of a version that nobody has confirmed yet. */
export interface ActivationInput {
  /** Tells this trial from every other. */
  readonly token: string
  readonly pluginId: string
  readonly version: string
  /** Names the bundle. */
  readonly address: string
  /** `automatic`: silence is consent; `explicit`: silence is failure. */
  readonly confirm: 'automatic' | 'explicit'
}

export interface ActivationContext extends ActivationInput {
  /** Why it does not work, as a person may read it. */
  readonly reason: string
}

export type ActivationCommand =
  /** What starts the code has come to its end. */
  | { type: 'plugin.started' }
  | { type: 'plugin.confirmed' }
  | { type: 'plugin.failed'; reason: string }
  /** Another version is to run, and this one was not found at fault. */
  | { type: 'trial.abandoned' }

export type ActivationReport =
  | { type: 'trial.recorded' }
  | { type: 'trial.unrecorded'; failure: Omit<DownloadFailure, 'attempt'> }
  /** So much visible, unfrozen time has passed as a trial takes. */
  | { type: 'time.passed' }
  | { type: 'health.recorded' }
  | { type: 'health.unrecorded' }
  | { type: 'failure.recorded' }
  | { type: 'failure.unrecorded' }

export type ActivationEvent = ActivationCommand | ActivationReport

export type ActivationTag = 'trial' | 'healthy' | 'rolledBack'

export interface ActivationOutput {
  readonly outcome: 'healthy' | 'rolledBack' | 'abandoned' | 'unrecorded'
}

/** What every effect of an activation is told. */
export interface ActivationEffectInput {
  readonly trial: ActivationContext
}

/** An effect that reports by events of its parent's; leaving the state aborts it. */
export type ActivationEffect<TEvent extends EventObject> = ObservableActorLogic<TEvent, ActivationEffectInput>

type Report<TType extends ActivationReport['type']> = Extract<ActivationReport, { type: TType }>

export interface ActivationActors {
  /** Writes that the trial begins, before any code runs. */
  recordTrial: ActivationEffect<Report<'trial.recorded' | 'trial.unrecorded'>>
  /** Tells when the trial's time has passed, as far as somebody could see what happens. */
  observe: ActivationEffect<Report<'time.passed'>>
  /** One commit: healthy, and the floor. */
  recordHealth: ActivationEffect<Report<'health.recorded' | 'health.unrecorded'>>
  /** One commit: in quarantine, and the newest healthy version in its place. */
  rollBack: ActivationEffect<Report<'failure.recorded' | 'failure.unrecorded'>>
}
