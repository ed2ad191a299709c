/** What the device says of itself. `undefined` in a field: the host cannot know. */
export interface Conditions {
  readonly online: boolean
  readonly metered: boolean | undefined
  readonly saveData: boolean | undefined
  readonly visible: boolean
}

export interface ConditionsSource {
  readonly current: Conditions
  /** Calls back on every change until the returned function is called. */
  watch(listener: (conditions: Conditions) => void): () => void
}
