/** How much of the network the user lets downloads have. Persisted; what the user changed wins over options. */
export interface BandwidthPolicy {
  readonly connection: 'auto' | 'metered' | 'unmetered'
  readonly onMetered: 'allow' | 'ask' | 'wait'
  readonly askAboveBytes: number
  readonly saveData: 'respect' | 'ignore'
  readonly limitBytesPerSecond?: number
}
