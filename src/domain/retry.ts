export interface RetryPolicy {
  /** Attempts in all, the first included. @default 5 */
  readonly maxAttempts: number
  /** @default 1000 */
  readonly baseDelayMs: number
  /** @default 2 */
  readonly factor: number
  /** @default 60_000 */
  readonly maxDelayMs: number
  /** `full`: anywhere between nothing and the whole delay, so that clients spread out. @default 'full' */
  readonly jitter: 'full' | 'none'
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 5,
  baseDelayMs: 1000,
  factor: 2,
  maxDelayMs: 60_000,
  jitter: 'full',
}

/** No server makes a client wait for longer than this, whatever its `Retry-After` says. */
const RETRY_AFTER_MAX_MS = 60 * 60 * 1000

/**
 * How long to wait after attempt number `attempt` (1 for the first) failed, in milliseconds.
 * `Retry-After` wins; jitter is added on top of it, so that clients told the same instant do not return at one.
 * `entropy` is a random number in [0, 1).
 */
export function retryDelayMs(
  policy: RetryPolicy,
  { attempt, entropy, retryAfterMs }: { attempt: number; entropy: number; retryAfterMs?: number | undefined },
): number {
  const whole = Math.min(policy.maxDelayMs, policy.baseDelayMs * policy.factor ** (attempt - 1))
  const delay = Math.round(policy.jitter === 'full' ? whole * entropy : whole)
  if (retryAfterMs === undefined) return delay
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, retryAfterMs)) + (policy.jitter === 'full' ? delay : 0)
}
