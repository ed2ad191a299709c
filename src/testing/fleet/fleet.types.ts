import type { RetryPolicy } from '../../domain/retry.js'

/** A fleet of clients, their origin, and what happens to it. Times are milliseconds from the start. */
export interface FleetPlan {
  readonly clients: number
  /** Plugins of each client, all from the one origin; the release brings a new version of every one. @default 2 */
  readonly plugins?: number
  /** The same seed, the same run. @default 1 */
  readonly seed?: number
  /** How long it lasts. @default 140 minutes */
  readonly durationMs?: number
  readonly polls?: PollPlan
  /** As for `createPluginDock`. */
  readonly retry?: Partial<RetryPolicy>
  readonly origin?: Partial<OriginPlan>
  /** @default from minute 20 to minute 30 */
  readonly outage?: OutagePlan
  /** When the new version is published. @default minute 70 */
  readonly releaseAtMs?: number
}

/** How apps ask for updates. */
export interface PollPlan {
  /** @default one hour */
  readonly intervalMs?: number
  /** `spread`: each client from a moment of its own on, give or take a tenth. `clock`: all on the full interval. @default 'spread' */
  readonly start?: 'spread' | 'clock'
  /** Where it is `clock`: the first. @default 0 */
  readonly firstMs?: number
}

export interface OriginPlan {
  /** Requests a second that it answers; those above are told 503. @default unlimited */
  readonly requestsPerSecond: number
  /** Bundles that it sends at a time; those above are told 503. @default unlimited */
  readonly concurrentTransfers: number
  /** `Retry-After` of its 503 answers. @default none */
  readonly retryAfter: string | undefined
  /** @default 2 MB */
  readonly bundleBytes: number
  /** Of a middling client. @default 1 MB/s */
  readonly clientBytesPerSecond: number
}

export interface OutagePlan {
  readonly fromMs: number
  readonly untilMs: number
  /** `busy`: something before it answers 503. `refused`: nobody listens. `silent`: it takes requests and answers none. @default 'busy' */
  readonly answer?: 'busy' | 'refused' | 'silent'
}

export interface FleetReport {
  /** Requests that came to the origin, by second. */
  readonly requests: readonly number[]
  /** Of those, what got no answer but a failure. */
  readonly failures: readonly number[]
  /** Of all plugins, those that have the new version, by minute. */
  readonly updatedShare: readonly number[]
  /** Downloads that failed after all their attempts; the next poll tries them again. */
  readonly failedDownloads: number
  readonly events: number
}
