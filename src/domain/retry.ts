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
   * `full`: anywhere between nothing and the whole delay, so that clients spread out; behind what a server asked for,
   * over as long again where a person started the download, and over half an hour where nobody waits. @default 'full'
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
/** Over how long what nobody waits for is spread behind a `Retry-After` of a minute and more; in proportion below. */
const UNHURRIED_SPREAD_MAX_MS = 30 * 60 * 1000
const UNHURRIED_SPREAD_FACTOR = 30

/** What a delay follows from. */
export interface FailedTry {
  /** 1 for the first. */
  readonly attempt: number
  /** A random number in [0, 1). */
  readonly entropy: number
  readonly retryAfterMs?: number | undefined
  /** Nobody waits for it. */
  readonly isAutomatic?: boolean
}

/**
 * How long to wait after an attempt failed, in milliseconds.
 * `Retry-After` wins, and is never cut short but by the limit of an hour. Jitter is added on top of it, as far as the
 * hour has room: as much again at most, or where nobody waits up to half an hour. Clients told the same would else come
 * back within the same second, all of them; and who is busy for longer than it said is asked by each of them again.
 */
export function retryDelayMs(policy: RetryPolicy, failed: FailedTry): number {
  const { attempt, entropy, retryAfterMs } = failed
  const whole = Math.min(policy.maxDelayMs, policy.baseDelayMs * policy.factor ** (attempt - 1))
  if (retryAfterMs === undefined) return jittered(policy, whole, entropy)
  const asked = askedDelayMs(retryAfterMs)
  const spread = Math.max(whole, Math.min(spreadBehind(asked, failed), RETRY_AFTER_MAX_MS - asked))
  return asked + (policy.jitter === 'full' ? jittered(policy, spread, entropy) : 0)
}

/** Before this has passed nobody asks a server that said `Retry-After`. */
export function askedDelayMs(retryAfterMs: number): number {
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, retryAfterMs))
}

function spreadBehind(askedMs: number, { isAutomatic }: FailedTry): number {
  const unhurriedMs = isAutomatic ? Math.min(UNHURRIED_SPREAD_MAX_MS, UNHURRIED_SPREAD_FACTOR * askedMs) : 0
  return Math.max(askedMs, unhurriedMs)
}

function jittered({ jitter }: RetryPolicy, wholeMs: number, entropy: number): number {
  return Math.round(jitter === 'full' ? wholeMs * entropy : wholeMs)
}
