import type { Clock } from '../ports/clock.js'

/** The platform's own time and chance. Works wherever `performance` does. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
    // Only what `setTimeout` above returned comes back here.
    clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    random: () => Math.random(),
  }
}
