/** What the device says of itself. `undefined` in a field: the host cannot know. */
export interface Conditions {
  readonly online: boolean
  readonly metered: boolean | undefined
  readonly saveData: boolean | undefined
  readonly visible: boolean
  /** Whether the page is frozen: nothing runs in it until it is resumed. */
  readonly frozen: boolean
}

export interface ConditionsSource {
  readonly current: Conditions
  /**
   * Calls back on every change until the returned function is called, and at every sign that the network is another one, whether or not
   * anything is known to be different.
   */
  watch(listener: (conditions: Conditions) => void): () => void
}
