import { useCallback, useState, useSyncExternalStore } from 'react'
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
  const [held] = useState<{ latest?: { readonly value: T } }>(() => ({}))
  const subscribe = useCallback(
    (listener: () => void) => {
      const subscription = supervisor.subscribe(listener)
      return () => subscription.unsubscribe()
    },
    [supervisor],
  )
  const selected = () => {
    const value = select(supervisor.getSnapshot())
    if (!held.latest || !isSame(held.latest.value, value)) held.latest = { value }
    return held.latest.value
  }
  return useSyncExternalStore(subscribe, selected, selected)
}

/** How many downloads run at once. */
export function useMaxConcurrentDownloads(): number | undefined {
  return useSupervisor(({ context }) => context.boot?.settings.limits.maxConcurrentDownloads)
}
