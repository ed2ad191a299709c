import type { EffectInput } from '../../machines/download.types.js'
import { resourcesOf } from './attempts.js'
import type { DockState } from './dockState.js'

/**
 * An update is judged by the time at which it began, from its manifest to its commit: nothing expires half-way. It begins
 * when its manifest is read, and anew in every process.
 */
export function beginUpdate(state: DockState, record: EffectInput['record']): number {
  const resources = resourcesOf(state, record)
  resources.beganAt = state.trust.now(state.host.clock)
  return resources.beganAt
}

export function updateTimeOf(state: DockState, record: EffectInput['record']): number {
  return resourcesOf(state, record).beganAt ?? beginUpdate(state, record)
}
