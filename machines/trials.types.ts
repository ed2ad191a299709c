import type { ActorLogic, AnyActorRef, Snapshot } from 'xstate'
import type { activationMachine } from './activation.machine.js'
import type { ActivationCommand, ActivationInput, ActivationOutput } from './activation.types.js'

/** What the keeper of trials understands. `command` is for the one trial, and nobody's where that has ended. */
export type TrialCommand =
  | { type: 'trial.begin'; trial: ActivationInput }
  | { type: 'trial.tell'; token: string; command: ActivationCommand }

/** What belongs to one supervisor and no chart can hold. */
export interface TrialConnections {
  /** With all its actors provided. */
  readonly activation: typeof activationMachine
  /** How a trial ended; `undefined` where its machine broke, or was stopped with the supervisor. */
  readonly ended: (token: string, output: ActivationOutput | undefined) => void
}

export type TrialsEvent =
  | TrialCommand
  | { type: 'xstate.stop' }
  | { type: `xstate.done.actor.${string}`; actorId: string; output: ActivationOutput }
  | { type: `xstate.error.actor.${string}`; actorId: string; error: unknown }

export type TrialsSnapshot = Snapshot<undefined> & { readonly size: number }

export type TrialsLogic = ActorLogic<TrialsSnapshot, TrialsEvent, { readonly supervisor: AnyActorRef }>
