import type { EvictionPlan } from '../domain/evictionPlan.js'
import type { DownloadFailure } from '../domain/failure.js'
import type { RollbackCause } from '../domain/plugin.js'

/** What an app would tell its user. */
export interface DockNotification {
  readonly type:
    | 'installed'
    | 'failed'
    | 'rolledBack'
    | 'storageFull'
    | 'consentNeeded'
    | 'evicted'
    | 'repaired'
    | 'storageLost'
  readonly taskId?: string
  readonly pluginId?: string
  readonly version?: string
  readonly message: string
  readonly failure?: DownloadFailure
  readonly plan?: EvictionPlan
  /** Of `rolledBack`. */
  readonly rollback?: RollbackReport
}

/** What took a version's place, and why. */
export interface RollbackReport {
  /** The version that is active now. */
  readonly to: string
  readonly cause: RollbackCause
  /** In the words of whoever found it. */
  readonly reason: string
  /** Until when the version that was left is neither run nor installed again, epoch ms. */
  readonly until?: number
}
