import type { AnyStateMachine, AnyStateNode, StateValue } from 'xstate'
import { idOf } from './readChart.js'

/** The ids, as drawings have them, of every state that a machine is in, outermost first; none that it does not have. */
export function activeStates(machine: AnyStateMachine, value: StateValue): readonly string[] {
  return [idOf(machine.root), ...within(machine.root, value)]
}

function within(node: AnyStateNode, value: StateValue): readonly string[] {
  const regions: Readonly<Record<string, StateValue | undefined>> = typeof value === 'string' ? { [value]: {} } : value
  return Object.entries(regions).flatMap(([key, inner = {}]) => {
    const child = node.states[key]
    return child ? [idOf(child), ...within(child, inner)] : []
  })
}
