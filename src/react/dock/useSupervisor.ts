import { useSelector } from '@xstate/react'
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
  isSame?: (left: T, right: T) => boolean,
): T {
  return useSelector(usePluginDock().supervisor, select, isSame)
}

/** How many downloads run at once. */
export function useMaxConcurrentDownloads(): number | undefined {
  return useSupervisor(({ context }) => context.boot?.settings.limits.maxConcurrentDownloads)
}
