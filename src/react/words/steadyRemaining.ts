import { type RemainingStep, remainingStep } from './remaining.js'

/** What a card shows of the time to go. */
export type RemainingView = RemainingStep | 'calculating' | undefined

const SILENT_MS = 1000
const CALCULATING_MS = 10_000
const STABLE = { samples: 3, withinMs: 3000, spread: 0.25 }
const DOWN_AFTER_MS = 1000
const UP_AFTER_MS = 5000
const UP_BY = 1.2
const CHANGE_EVERY_MS = 2000

interface Sample {
  readonly at: number
  readonly estimateMs: number
}

/**
 * Turns a jittering estimate into a calm text. It goes down a step when the estimate has stayed below for a second, up
 * when it has been over by a fifth for five seconds, and never twice within two seconds.
 */
export class SteadyRemaining {
  #startedAt: number | undefined
  #samples: readonly Sample[] = []
  #shown: RemainingStep | undefined
  #changedAt = Number.NEGATIVE_INFINITY
  #lowerSince: number | undefined
  #higherSince: number | undefined

  /** `undefined` as estimate: none yet, or nothing moves. The first estimate of all is taken at its word. */
  next(estimateMs: number | undefined, at: number): RemainingView {
    const isFirst = this.#startedAt === undefined
    this.#startedAt ??= at
    if (estimateMs === undefined) return this.#withoutEstimate(at)
    if (this.#shown) this.#follow(this.#shown, estimateMs, at)
    else if (isFirst || this.#isStable({ at, estimateMs })) this.#show(remainingStep(estimateMs), at)
    return this.#shown ?? this.#withoutEstimate(at)
  }

  /** Nothing moves any more: what comes next starts fresh. */
  stop(): undefined {
    this.#startedAt = undefined
    this.#samples = []
    this.#shown = undefined
    this.#lowerSince = undefined
    this.#higherSince = undefined
    this.#changedAt = Number.NEGATIVE_INFINITY
  }

  #withoutEstimate(at: number): RemainingView {
    const elapsedMs = at - (this.#startedAt ?? at)
    if (this.#shown) return this.#shown
    return elapsedMs >= SILENT_MS && elapsedMs <= SILENT_MS + CALCULATING_MS ? 'calculating' : undefined
  }

  #isStable(sample: Sample): boolean {
    this.#samples = [...this.#samples.filter(({ at }) => sample.at - at <= STABLE.withinMs), sample]
    const estimates = this.#samples.map(({ estimateMs }) => estimateMs)
    if (estimates.length < STABLE.samples) return false
    return Math.max(...estimates) - Math.min(...estimates) <= STABLE.spread * Math.max(...estimates)
  }

  #follow(shown: RemainingStep, estimateMs: number, at: number): void {
    const step = remainingStep(estimateMs)
    this.#lowerSince = step.rank < shown.rank ? (this.#lowerSince ?? at) : undefined
    this.#higherSince = estimateMs > shown.untilMs * UP_BY ? (this.#higherSince ?? at) : undefined
    if (at - this.#changedAt < CHANGE_EVERY_MS) return
    const isLower = this.#lowerSince !== undefined && at - this.#lowerSince >= DOWN_AFTER_MS
    const isHigher = this.#higherSince !== undefined && at - this.#higherSince >= UP_AFTER_MS
    if (isLower || isHigher) this.#show(step, at)
  }

  #show(step: RemainingStep, at: number): void {
    this.#shown = step
    this.#changedAt = at
    this.#lowerSince = undefined
    this.#higherSince = undefined
  }
}
