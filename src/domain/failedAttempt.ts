import type { DownloadFailure } from './failure.js'
import type { Portal } from './network.js'

/** A failure with what the chart needs to decide what comes next. Plain data. */
export interface FailedAttempt {
  readonly failure: Omit<DownloadFailure, 'attempt'>
  /** Verified bytes that the attempt won. */
  readonly gainedBytes: number
  /** What the server asked for, if it did. */
  readonly retryAfterMs?: number | undefined
  /** Epoch ms. */
  readonly at: number
  /** A random number in [0, 1), for the back-off's jitter. */
  readonly entropy: number
  /** Set where a web page was the answer: the network may want one to sign in, and nothing failed for good. */
  readonly portal?: Portal | undefined
}
