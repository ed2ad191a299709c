export interface RetryPolicy {
  /** Attempts in all, the first included. @default 5 */
  readonly maxAttempts: number
  /** @default 1000 */
  readonly baseDelayMs: number
  /** @default 2 */
  readonly factor: number
  /** @default 60_000 */
  readonly maxDelayMs: number
  /**
   * `full`: anywhere between nothing and the whole delay, and between once and twice what a server asked for, so that
   * clients spread out. @default 'full'
   */
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
 * `Retry-After` wins, and is never cut short but by the limit of an hour. Jitter is added on top of it: as much again at
 * most, as far as the hour has room. Clients told the same would else come back within the same second, all of them.
 * `entropy` is a random number in [0, 1).
 */
export function retryDelayMs(
  policy: RetryPolicy,
  { attempt, entropy, retryAfterMs }: { attempt: number; entropy: number; retryAfterMs?: number | undefined },
): number {
  const whole = Math.min(policy.maxDelayMs, policy.baseDelayMs * policy.factor ** (attempt - 1))
  if (retryAfterMs === undefined) return jittered(policy, whole, entropy)
  const asked = Math.min(RETRY_AFTER_MAX_MS, Math.max(0, retryAfterMs))
  const spread = Math.max(whole, Math.min(asked, RETRY_AFTER_MAX_MS - asked))
  return asked + (policy.jitter === 'full' ? jittered(policy, spread, entropy) : 0)
}

function jittered({ jitter }: RetryPolicy, wholeMs: number, entropy: number): number {
  return Math.round(jitter === 'full' ? wholeMs * entropy : wholeMs)
}
