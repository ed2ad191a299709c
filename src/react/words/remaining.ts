import type { CardWords } from './words.js'

/** How much longer, as coarse as people say it. Larger `rank` is longer. */
export interface RemainingStep {
  readonly rank: number
  /** The longest that the step stands for. */
  readonly untilMs: number
  readonly unit: 'fewSeconds' | 'second' | 'minute' | 'hour' | 'overHalfDay' | 'overDay'
  /** In `unit`; of hours with their minutes, in minutes. */
  readonly amount: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

interface Scale {
  readonly belowMs: number
  readonly stepMs: number
  readonly unit: 'second' | 'minute' | 'hour'
  readonly unitMs: number
}

const SCALES: readonly Scale[] = [
  { belowMs: MINUTE, stepMs: 10 * SECOND, unit: 'second', unitMs: SECOND },
  { belowMs: 10 * MINUTE, stepMs: MINUTE, unit: 'minute', unitMs: MINUTE },
  { belowMs: HOUR, stepMs: 5 * MINUTE, unit: 'minute', unitMs: MINUTE },
  { belowMs: 3 * HOUR, stepMs: 15 * MINUTE, unit: 'hour', unitMs: MINUTE },
  { belowMs: 12 * HOUR, stepMs: HOUR, unit: 'hour', unitMs: MINUTE },
]

/** The step of an estimate: always rounded up, so that nobody waits longer than told. */
export function remainingStep(estimateMs: number): RemainingStep {
  if (estimateMs < 10 * SECOND) return { rank: 0, untilMs: 10 * SECOND, unit: 'fewSeconds', amount: 0 }
  const scale = SCALES.find(({ belowMs }) => estimateMs <= belowMs)
  if (!scale) return estimateMs <= 24 * HOUR ? far('overHalfDay', 24 * HOUR) : far('overDay', Number.POSITIVE_INFINITY)
  const untilMs = Math.ceil(estimateMs / scale.stepMs) * scale.stepMs
  if (untilMs === MINUTE) return { rank: untilMs, untilMs, unit: 'minute', amount: 1 }
  if (untilMs === HOUR) return { rank: untilMs, untilMs, unit: 'hour', amount: 60 }
  return { rank: untilMs, untilMs, unit: scale.unit, amount: untilMs / scale.unitMs }
}

function far(unit: 'overHalfDay' | 'overDay', untilMs: number): RemainingStep {
  return { rank: untilMs, untilMs, unit, amount: 0 }
}

/** The words of a step. */
export function remainingText({ unit, amount }: RemainingStep, words: CardWords): string {
  const { remaining } = words.messages
  switch (unit) {
    case 'fewSeconds':
    case 'overHalfDay':
    case 'overDay':
      return words.say(remaining[unit]) ?? ''
    case 'second':
    case 'minute':
      return words.say(remaining.left, { time: words.duration(amount, unit) }) ?? ''
    case 'hour':
      return hoursText(amount, words)
  }
}

function hoursText(allMinutes: number, words: CardWords): string {
  const { remaining } = words.messages
  const hours = words.duration(Math.floor(allMinutes / 60), 'hour')
  const minutes = allMinutes % 60
  if (minutes === 0) return words.say(remaining.left, { time: hours }) ?? ''
  return words.say(remaining.hoursAndMinutes, { hours, minutes: words.duration(minutes, 'minute') }) ?? ''
}
