import type { ActorScope, AnyActorRef } from 'xstate'
import { sharingFirstSnapshots } from './firstSnapshots.js'
import type { Connect, FleetEvent, FleetLogic, FleetSnapshot } from './fleet.types.js'
import { FleetMembers } from './fleetMembers.js'

type Scope = ActorScope<FleetSnapshot, FleetEvent>

/**
 * Keeps every unfinished download as a live child actor in a Map of its own: a machine copies all its children on
 * each spawn, which at 10,000 of them takes half a minute.
 */
export function createFleet(connect: Connect): FleetLogic {
  const members = new WeakMap<AnyActorRef, FleetMembers>()
  const membersOf = (scope: Scope): FleetMembers => {
    const found = members.get(scope.self)
    if (!found) throw new Error('The fleet was asked before it had an initial snapshot')
    return found
  }
  return {
    getInitialSnapshot: (scope, input) => {
      const given = connect(input.supervisor)
      const connections = { ...given, download: sharingFirstSnapshots(given.download) }
      const fleet = new FleetMembers(scope.self, (child) => scope.stopChild(child), input, connections)
      members.set(scope.self, fleet)
      return snapshotOf(0)
    },
    start: (_, scope) => membersOf(scope).restore(),
    transition: (_, event, scope) => {
      const fleet = membersOf(scope)
      fleet.receive(event)
      return snapshotOf(fleet.size)
    },
    getPersistedSnapshot: (snapshot) => snapshot,
  }
}

function snapshotOf(size: number): FleetSnapshot {
  return { status: 'active', output: undefined, error: undefined, size }
}
