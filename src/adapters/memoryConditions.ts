import type { Conditions, ConditionsSource } from '../ports/conditions.js'
import { STEADY_CONDITIONS } from './steadyConditions.js'

/** Conditions that change when they are told to. */
export interface MemoryConditions extends ConditionsSource {
  /** Listeners are called before this returns. */
  change(part: Partial<Conditions>): void
}

export function createMemoryConditions(initial: Partial<Conditions> = {}): MemoryConditions {
  const listeners = new Set<(conditions: Conditions) => void>()
  let current: Conditions = { ...STEADY_CONDITIONS, ...initial }
  return {
    get current() {
      return current
    },
    watch(listener) {
      const own = (conditions: Conditions) => listener(conditions)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    change(part) {
      current = { ...current, ...part }
      for (const listener of [...listeners]) listener(current)
    },
  }
}
