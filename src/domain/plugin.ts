/** A plugin as the storage manager lists it: the active version. Times in epoch ms, sizes in bytes. */
export interface InstalledPlugin {
  readonly pluginId: string
  readonly version: string
  readonly name?: string
  readonly address: string
  readonly sizeBytes: number
  readonly installedAt: number
  readonly lastUsedAt: number
  readonly pinned: boolean
  readonly inUse: boolean
  readonly health: PluginHealth
  /** Set where a check found damage that nobody has repaired yet. */
  readonly damagedAt?: number
}

export type PluginHealth = 'untried' | 'trial' | 'healthy'

/**
 * Why another version took a version's place: it threw or died as it started, it was not confirmed in time, the app
 * reported a failure, a person wished it, or it was damaged beyond repair.
 */
export type RollbackCause = 'failed' | 'slow' | 'reported' | 'user' | 'damaged'

export interface VerificationReport {
  readonly pluginId: string
  readonly version: string
  readonly ok: boolean
  readonly chunksChecked: number
  readonly badChunks: readonly BadChunk[]
}

/** A chunk whose stored bytes do not hash to its digest. `offset` and `length` in bytes of the bundle. */
export interface BadChunk {
  readonly index: number
  readonly offset: number
  readonly length: number
}

/** Previous versions that were removed. */
export interface CleanupReport {
  readonly removed: readonly { readonly pluginId: string; readonly version: string; readonly sizeBytes: number }[]
  readonly bytesFreed: number
}

/** Files that no record names: removed, or, with `dryRun`, only found. `bytesFreed` is then what removing would free. */
export interface OrphanReport {
  readonly items: readonly { readonly name: string; readonly sizeBytes: number }[]
  readonly bytesFreed: number
  readonly dryRun: boolean
}
