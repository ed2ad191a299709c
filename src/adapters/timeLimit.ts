import type { Clock } from '../ports/clock.js'

/** What a time limit needs of a clock. */
export type Timers = Pick<Clock, 'setTimeout' | 'clearTimeout'>

export interface TimeLimit<T> {
  readonly timers: Timers
  readonly limitMs: number
  /** What is thrown when the time is over. */
  readonly onLate: () => Error
  /** Takes back what came all the same, later. */
  readonly discard?: (late: T) => unknown
}

/** Settles as `result` does, or rejects when the time is over. */
export function withinTime<T>(result: Promise<T>, { timers, limitMs, onLate, discard }: TimeLimit<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = timers.setTimeout(() => {
      isLate = true
      reject(onLate())
    }, limitMs)
    result
      .then((value) => (isLate ? void discard?.(value) : resolve(value)), reject)
      .finally(() => timers.clearTimeout(timer))
  })
}

export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => void timers.setTimeout(resolve, delayMs))
}
