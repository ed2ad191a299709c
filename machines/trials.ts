import { type ActorScope, type AnyActorRef, createActor } from 'xstate'
import type { ActivationActor } from './activation.machine.js'
import type { ActivationOutput } from './activation.types.js'
import type { TrialConnections, TrialsEvent, TrialsLogic, TrialsSnapshot } from './trials.types.js'

type Scope = ActorScope<TrialsSnapshot, TrialsEvent>

interface Trials {
  readonly connections: TrialConnections
  readonly children: Map<string, ActivationActor>
}

/** Keeps every running trial as a child of its own, under its token. One that breaks takes no other with it. */
export function createTrials(connect: (supervisor: AnyActorRef) => TrialConnections): TrialsLogic {
  const kept = new WeakMap<AnyActorRef, Trials>()
  const trialsOf = ({ self }: Scope): Trials => {
    const found = kept.get(self)
    if (!found) throw new Error('The trials were asked before there was an initial snapshot')
    return found
  }
  return {
    getInitialSnapshot: (scope, { supervisor }) => {
      kept.set(scope.self, { connections: connect(supervisor), children: new Map() })
      return snapshotOf(0)
    },
    transition: (_, event, scope) => {
      const trials = trialsOf(scope)
      receive(trials, event, scope)
      return snapshotOf(trials.children.size)
    },
    getPersistedSnapshot: (snapshot) => snapshot,
  }
}

function receive(trials: Trials, event: TrialsEvent, scope: Scope): void {
  switch (event.type) {
    case 'trial.begin':
      return begin(trials, event.trial, scope)
    case 'trial.tell':
      trials.children.get(event.token)?.send(event.command)
      return
    case 'xstate.stop':
      return stopAll(trials, scope)
    default:
      end(trials, event.actorId, 'output' in event ? event.output : undefined)
  }
}

function begin({ connections, children }: Trials, trial: ActivationActorInput, { self }: Scope): void {
  const { token } = trial
  const child = createActor(connections.activation, { id: token, systemId: token, parent: self, input: trial })
  children.set(token, child)
  child.subscribe({ error: () => {} })
  child.start()
}

function end({ connections, children }: Trials, token: string, output: ActivationOutput | undefined): void {
  if (children.delete(token)) connections.ended(token, output)
}

function stopAll(trials: Trials, { stopChild }: Scope): void {
  for (const [token, child] of trials.children) {
    stopChild(child)
    end(trials, token, undefined)
  }
}

type ActivationActorInput = Extract<TrialsEvent, { type: 'trial.begin' }>['trial']

function snapshotOf(size: number): TrialsSnapshot {
  return { status: 'active', output: undefined, error: undefined, size }
}
