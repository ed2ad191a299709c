import { HttpStatusError, NetworkError, StalledError } from '../../domain/errors/index.js'
import type { FailedAttempt } from '../../domain/failedAttempt.js'
import { toFailure } from '../../domain/failure.js'
import { parseRetryAfter } from '../../engine/answer.js'
import type { OriginPlan, OutagePlan } from './fleet.types.js'

export const FLEET_ORIGIN = 'https://origin.test'

/** What will come of a request, and when. */
export interface FleetAnswer {
  readonly at: number
  readonly failed?: Pick<FailedAttempt, 'failure' | 'gainedBytes' | 'retryAfterMs'>
}

const LEAST_LATENCY_MS = 40
const LATENCY_SPREAD_MS = 120
/** As long as a dock waits for headers. */
const HEADERS_MS = 30_000
const URL = `${FLEET_ORIGIN}/manifest.json`

/** One origin with a capacity, and a time at which it is down. */
export class FleetOrigin {
  readonly #plan: OriginPlan
  readonly #outage: Required<OutagePlan>
  readonly #random: () => number
  readonly #busy: NonNullable<FleetAnswer['failed']>
  readonly #unreachable = { failure: toFailure(new NetworkError('refused', { url: URL })), gainedBytes: 0 }
  readonly #silence = {
    failure: toFailure(new StalledError('no headers', { url: URL, afterMs: HEADERS_MS })),
    gainedBytes: 0,
  }
  readonly requests: number[]
  readonly failures: number[]
  #transfers = 0

  constructor(plan: OriginPlan, outage: Required<OutagePlan>, durationMs: number, random: () => number) {
    this.#plan = plan
    this.#outage = outage
    this.#random = random
    const seconds = Math.ceil(durationMs / 1000)
    this.requests = new Array<number>(seconds).fill(0)
    this.failures = new Array<number>(seconds).fill(0)
    const retryAfterMs = parseRetryAfter(plan.retryAfter, undefined, 0)
    const error = new HttpStatusError('busy', {
      url: URL,
      status: 503,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
    this.#busy = { failure: toFailure(error), gainedBytes: 0, retryAfterMs }
  }

  manifest(now: number): FleetAnswer {
    const at = now + this.#latencyMs()
    const failed = this.#refusal(now, this.#count(now))
    return failed ? this.#failed(now, failed, at) : { at }
  }

  /** {@link transferEnded} is to be called when it has come. */
  bundle(now: number): FleetAnswer {
    const at = now + this.#latencyMs()
    const failed = this.#refusal(now, this.#count(now))
    const isFull = this.#transfers >= this.#plan.concurrentTransfers
    this.#transfers++
    if (failed || isFull) return this.#failed(now, failed ?? this.#busy, at)
    const { bundleBytes, clientBytesPerSecond } = this.#plan
    const pace = clientBytesPerSecond * (0.5 + this.#random())
    const end = at + (bundleBytes / pace) * 1000
    const { fromMs } = this.#outage
    if (at >= fromMs || end < fromMs) return { at: end }
    const gainedBytes = Math.floor(((fromMs - at) / 1000) * pace)
    return { at: fromMs, failed: { ...this.#unreachable, gainedBytes } }
  }

  transferEnded(): void {
    this.#transfers--
  }

  #count(now: number): number {
    const second = Math.floor(now / 1000)
    const count = (this.requests[second] ?? 0) + 1
    if (second < this.requests.length) this.requests[second] = count
    return count
  }

  #refusal(now: number, inThisSecond: number): FleetAnswer['failed'] {
    const { fromMs, untilMs, answer } = this.#outage
    if (now >= fromMs && now < untilMs)
      return { busy: this.#busy, refused: this.#unreachable, silent: this.#silence }[answer]
    return inThisSecond > this.#plan.requestsPerSecond ? this.#busy : undefined
  }

  #failed(now: number, failed: NonNullable<FleetAnswer['failed']>, at: number): FleetAnswer {
    const second = Math.floor(now / 1000)
    if (second < this.failures.length) this.failures[second] = (this.failures[second] ?? 0) + 1
    return { failed, at: failed === this.#silence ? now + HEADERS_MS : at }
  }

  #latencyMs(): number {
    return LEAST_LATENCY_MS + LATENCY_SPREAD_MS * this.#random()
  }
}
