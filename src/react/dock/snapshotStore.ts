import type { Observable, Subscription } from 'rxjs'
import { nextFrame } from '../words/frame.js'

/** What `useSyncExternalStore` wants of an observable. */
export interface SnapshotStore<T> {
  readonly subscribe: (listener: () => void) => () => void
  /** The same value until it changes. */
  readonly getSnapshot: () => T
}

export interface SnapshotSource<T> {
  /** It may complete: the last value stays. */
  readonly source: Observable<T>
  readonly initial: T
  /** Answers the older of two values that say the same. */
  readonly keep: (last: T, next: T) => T
  /** Whether the source tells its present value at once: then the first picture is right. @default false */
  readonly tellsAtOnce?: boolean
  /** Whether listeners hear of it with the next frame, of many values once. @default false */
  readonly byFrame?: boolean
  /** The first listener came. */
  readonly onBusy?: () => void
  /** The last listener went. */
  readonly onIdle?: () => void
}

/** One subscription for all listeners, none while there is none. */
export function createSnapshotStore<T>({
  source,
  initial,
  keep,
  tellsAtOnce = false,
  byFrame = false,
  onBusy = () => {},
  onIdle = () => {},
}: SnapshotSource<T>): SnapshotStore<T> {
  const listeners = new Set<() => void>()
  let subscription: Subscription | undefined
  let value = initial
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  const receive = (next: T) => {
    const kept = keep(value, next)
    if (Object.is(kept, value)) return
    value = kept
    if (byFrame) nextFrame(tell)
    else tell()
  }
  return {
    subscribe(listener) {
      if (listeners.size === 0) onBusy()
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
      if (tellsAtOnce && !subscription) source.subscribe(receive).unsubscribe()
      return value
    },
  }
}
