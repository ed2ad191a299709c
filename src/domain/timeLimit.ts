/** What a time limit needs of a clock. */
export interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(timer: unknown): void
}

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

/** An abort ends it early, and is no failure. */
export function pause(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timers.clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = timers.setTimeout(end, delayMs)
    signal?.addEventListener('abort', end)
  })
}

/** Not everything ends with its signal: rejects with `signal.reason`. What comes too late goes to `discardLate`. */
export function untilAborted<T>(
  result: Promise<T>,
  signal: AbortSignal,
  discardLate: (late: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    result
      .then((value) => (signal.aborted ? discardLate(value) : resolve(value)), reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}
