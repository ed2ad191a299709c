/** Bytes that arrived while the process stood still are let in before anybody is blamed. */
export const GRACE_MS = 1000
/** A timer that is later than this was kept waiting, by a frozen page or a busy thread: so was everything else. */
const LATE_MS = 50

/** Whether a timer rings so late that what it was set for could not be seen. Times are on a monotonic clock. */
export function isLate(dueAt: number, now: number): boolean {
  return now - dueAt > LATE_MS
}
