import type { Clock } from '../ports/clock.js'
import type { Conditions, ConditionsSource } from '../ports/conditions.js'

/** A step that took much longer was none that somebody could watch: the page was frozen, or the device asleep. */
const STEP_MS = 1000

function isWatched({ visible, frozen }: Conditions): boolean {
  return visible && !frozen
}

/** Settles when `durationMs` of visible, unfrozen time have passed; never, where `signal` is aborted before. */
export function visibleTime(
  { clock, conditions }: { readonly clock: Clock; readonly conditions: ConditionsSource },
  durationMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let leftMs = durationMs
    let since = clock.monotonic()
    let timer: unknown
    const count = (): void => {
      const now = clock.monotonic()
      if (timer !== undefined) leftMs -= Math.min(STEP_MS, now - since)
      since = now
      clock.clearTimeout(timer)
      timer = undefined
    }
    const step = (): void => {
      count()
      if (leftMs <= 0) return end()
      if (isWatched(conditions.current)) timer = clock.setTimeout(step, Math.min(STEP_MS, leftMs))
    }
    const stop = (): void => {
      clock.clearTimeout(timer)
      unwatch()
      signal.removeEventListener('abort', stop)
    }
    const end = (): void => {
      stop()
      resolve()
    }
    const unwatch = conditions.watch(step)
    signal.addEventListener('abort', stop)
    if (!signal.aborted) step()
  })
}
