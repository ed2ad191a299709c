import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import type { Clock } from '../../ports/clock.js'

export interface SliceOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimeout' | 'clearTimeout'>
  readonly limitMs: number
  /** Ends it before: the system wants its time back, or the app its dock. */
  readonly signal: AbortSignal
}

/**
 * Settles when no download can go on, when its time has passed, or when `signal` is aborted. Never rejects. The time is
 * looked at with every progress as well: a phone may stop the timers of an app in the background.
 */
export function runSlice(dock: PluginDock, { clock, limitMs, signal }: SliceOptions): Promise<void> {
  const endsAt = clock.monotonic() + limitMs
  return new Promise((resolve) => {
    const timer = clock.setTimeout(end, limitMs)
    const progress = dock.downloads.watchAll().subscribe({
      next: (all) => {
        if (!all.some(mayGoOn) || clock.monotonic() >= endsAt) end()
      },
      complete: end,
      error: end,
    })
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    function end(): void {
      clock.clearTimeout(timer)
      signal.removeEventListener('abort', end)
      // the first value comes before there is a subscription
      queueMicrotask(() => progress.unsubscribe())
      resolve()
    }
  })
}

const MOVING = new Set<DownloadProgress['state']>(['resolving', 'downloading', 'retrying', 'verifying', 'installing'])
/** What these wait for moves itself; everything else waits for a person, or for another network. */
const WAITS_FOR_OTHERS = new Set(['slot', 'origin-slot', 'new-leader'])

function mayGoOn({ state, waitingFor }: DownloadProgress): boolean {
  return MOVING.has(state) || (state === 'queued' && (!waitingFor || WAITS_FOR_OTHERS.has(waitingFor.code)))
}
