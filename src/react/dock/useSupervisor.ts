import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { PluginDock } from '../../dock/types.js'
import { usePluginDock } from './dockContext.js'

/** What the supervisor's actor tells of itself. */
export type SupervisorSnapshot = ReturnType<PluginDock['supervisor']['getSnapshot']>

/**
 * Part of the supervisor's snapshot; drawn again when `select` answers something else by `isSame`.
 *
 * @example const isBusy = useSupervisor((snapshot) => snapshot.hasTag('busy'))
 */
export function useSupervisor<T>(
  select: (snapshot: SupervisorSnapshot) => T,
  isSame: (left: T, right: T) => boolean = Object.is,
): T {
  const { supervisor } = usePluginDock()
  const drawn = useRef<{ readonly value: T }>(undefined)
  const subscribe = useCallback(
    (listener: () => void) => {
      const subscription = supervisor.subscribe(listener)
      return () => subscription.unsubscribe()
    },
    [supervisor],
  )
  // asked again about the same snapshot it answers the same object
  const read = useMemo(() => {
    let last: { readonly snapshot: SupervisorSnapshot; readonly value: T } | undefined
    return () => {
      const snapshot = supervisor.getSnapshot()
      if (last?.snapshot === snapshot) return last.value
      const value = select(snapshot)
      const before = last ?? drawn.current
      last = { snapshot, value: before && isSame(before.value, value) ? before.value : value }
      return last.value
    }
  }, [supervisor, select, isSame])
  const value = useSyncExternalStore(subscribe, read, read)
  useEffect(() => {
    drawn.current = { value }
  }, [value])
  return value
}

/** How many downloads run at once. */
export function useMaxConcurrentDownloads(): number | undefined {
  return useSupervisor(limitOf)
}

function limitOf({ context }: SupervisorSnapshot): number | undefined {
  return context.boot?.settings.limits.maxConcurrentDownloads
}
