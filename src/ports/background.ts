import type { OpenDownload } from '../domain/handOver.js'
import type { OpenBundle } from '../domain/openBundles.js'

/**
 * Goes on with downloads when the page that made them is gone. What comes that way is unproven, and lies beside the
 * partials (`PartialBundle.pieces`) until an engine has hashed it.
 */
export interface BackgroundTransfers {
  /**
   * From now on `take` is asked, at the very moment when the page goes away, what is to go on without it. It answers at
   * once; what is still missing of each is fetched, as far as the platform allows.
   */
  offer(take: () => readonly OpenDownload[]): void
  /**
   * Ends whatever still moves, and puts what has come beside the partials; `bundles` says of which there are any.
   * Settles when that is done, or takes too long; never rejects.
   */
  takeBack(bundles: () => Promise<readonly OpenBundle[]>): Promise<void>
}
