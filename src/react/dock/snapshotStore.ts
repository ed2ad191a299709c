import type { Observable, Subscription } from 'rxjs'

/** What `useSyncExternalStore` wants of an observable that tells its present value first. */
export interface SnapshotStore<T> {
  readonly subscribe: (listener: () => void) => () => void
  /** The same value until it changes. */
  readonly getSnapshot: () => T
}

/**
 * One subscription for all listeners, none while there is none. `keep` may answer the older of two values that say the
 * same; `onIdle` hears that the last listener went. The source may complete: the last value stays.
 */
export function createSnapshotStore<T>(
  source: Observable<T>,
  initial: T,
  keep: (last: T, next: T) => T,
  onIdle: () => void = () => {},
): SnapshotStore<T> {
  const listeners = new Set<() => void>()
  let subscription: Subscription | undefined
  let value = initial
  const receive = (next: T) => {
    const kept = keep(value, next)
    if (Object.is(kept, value)) return
    value = kept
    for (const listener of [...listeners]) listener()
  }
  return {
    subscribe(listener) {
      listeners.add(listener)
      subscription ??= source.subscribe(receive)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        subscription?.unsubscribe()
        subscription = undefined
        onIdle()
      }
    },
    getSnapshot() {
      // before anybody listens: a look, so that the first picture is right
      if (!subscription) source.subscribe(receive).unsubscribe()
      return value
    },
  }
}
