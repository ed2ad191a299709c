import { useCallback, useSyncExternalStore } from 'react'
import { usePluginDock } from './dockContext.js'
import { allDownloads } from './dockStores.js'
import { useBandwidthPolicy } from './useNetwork.js'

/** From so much of the limit on it is the limit that makes it slow. */
const NEAR = 0.8

/** The dock's speed limit, while that is what holds downloads back; drawn again when that begins or ends. */
export function useHeldBack(): number | undefined {
  const { subscribe, getSnapshot } = allDownloads(usePluginDock())
  const limit = useBandwidthPolicy().policy.limitBytesPerSecond
  const isHeldBack = useCallback(() => {
    if (limit === undefined) return false
    const speed = getSnapshot().reduce((sum, { speedBytesPerSecond }) => sum + speedBytesPerSecond, 0)
    return speed >= NEAR * limit
  }, [getSnapshot, limit])
  return useSyncExternalStore(subscribe, isHeldBack, never) ? limit : undefined
}

function never(): boolean {
  return false
}
