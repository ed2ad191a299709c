import { type ReactNode, useSyncExternalStore } from 'react'
import type { PluginDock } from '../../dock/types.js'
import type { WaitReason } from '../../domain/progress.js'
import { usePluginDock } from '../dock/dockContext.js'
import { allDownloads } from '../dock/dockStores.js'
import { ignore } from '../dock/ignore.js'
import { useConditions } from '../dock/useNetwork.js'
import { OfflineBanner } from './OfflineBanner.js'
import { useOfflinePhase } from './useOfflinePhase.js'

export interface DockOfflineBannerProps {
  readonly className?: string | undefined
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Says so while this device has no network, or one to sign in to. */
export function DockOfflineBanner({ className, onError = ignore }: DockOfflineBannerProps): ReactNode {
  const dock = usePluginDock()
  const { online } = useConditions()
  const { phase, count } = useOfflinePhase(online, useWaitingCount(dock, 'offline'))
  const portalCount = useWaitingCount(dock, 'captive-portal')
  const hasPortal = online && portalCount > 0
  const checkNow = () => {
    for (const taskId of waitingFor(dock, 'captive-portal')) dock.downloads.retryDownload(taskId).catch(onError)
  }
  return (
    <OfflineBanner
      phase={hasPortal ? 'portal' : phase}
      downloadCount={hasPortal ? portalCount : count}
      onCheckNow={checkNow}
      className={className}
    />
  )
}

/** Drawn again when their number changes, not for their bytes. */
function useWaitingCount(dock: PluginDock, code: WaitReason['code']): number {
  return useSyncExternalStore(
    allDownloads(dock).subscribe,
    () => waitingFor(dock, code).length,
    () => 0,
  )
}

function waitingFor(dock: PluginDock, code: WaitReason['code']): readonly string[] {
  const all = allDownloads(dock).getSnapshot()
  return all.filter((download) => download.waitingFor?.code === code).map(({ taskId }) => taskId)
}
