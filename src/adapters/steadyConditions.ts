import type { Conditions, ConditionsSource } from '../ports/conditions.js'

/** Conditions of a host that cannot watch any. */
export const STEADY_CONDITIONS: Conditions = {
  online: true,
  metered: undefined,
  saveData: undefined,
  visible: true,
  frozen: false,
}

/** Always online and visible; whether metered, nobody knows. Never calls a listener. */
export function createSteadyConditions(conditions: Partial<Conditions> = {}): ConditionsSource {
  return { current: { ...STEADY_CONDITIONS, ...conditions }, watch: () => () => {} }
}
