import type { RollbackCause } from '../../domain/plugin.js'

/** What a card may know beside the progress. Everything is optional; words that would need what is missing are left out. */
export interface DownloadFacts {
  /** Shown while the plugin's name is not known. */
  readonly fallbackName?: string | undefined
  /** How many run at once. @default 3 */
  readonly maxConcurrentDownloads?: number | undefined
  /** How long a connection may be silent before it is made anew. @default 20_000 */
  readonly stallMs?: number | undefined
  /** Set where the download is held back. */
  readonly limitBytesPerSecond?: number | undefined
  /** What is set aside for plugins. */
  readonly budgetBytes?: number | undefined
  readonly rollback?: RollbackFacts | undefined
  /** Whether it cannot be started again from here: then that is not offered. @default false */
  readonly isSourceGone?: boolean | undefined
  /** Whether what it installed is here no more: then it cannot be opened. @default false */
  readonly isRemoved?: boolean | undefined
}

/** Why a version was taken back. */
export interface RollbackFacts {
  readonly cause: RollbackCause
  /** Until when the version is skipped, epoch ms. */
  readonly until?: number
  readonly waitedMs?: number
}
