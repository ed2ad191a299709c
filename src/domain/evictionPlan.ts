/** What would be, or was, removed to make room. Sizes in bytes. */
export interface EvictionPlan {
  readonly bytesToFree: number
  readonly bytesFreed: number
  readonly sufficient: boolean
  readonly items: readonly EvictionItem[]
}

export interface EvictionItem {
  readonly kind: 'orphan' | 'quarantined' | 'previous' | 'plugin'
  readonly pluginId?: string
  readonly version?: string
  readonly sizeBytes: number
}
