import { useSyncExternalStore } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { usePluginDock } from './dockContext.js'
import { allDownloads, oneDownload } from './dockStores.js'

const NONE: readonly DownloadProgress[] = []

/** All downloads in order of arrival; at most ten times a second, each object the same until its download changed. */
export function useDownloads(): readonly DownloadProgress[] {
  const { subscribe, getSnapshot } = allDownloads(usePluginDock())
  return useSyncExternalStore(subscribe, getSnapshot, () => NONE)
}

/** One download, drawn again for it alone; `undefined` where there is none of that id, and on a server. */
export function useDownload(taskId: string): DownloadProgress | undefined {
  const { subscribe, getSnapshot } = oneDownload(usePluginDock(), taskId)
  return useSyncExternalStore(subscribe, getSnapshot, () => undefined)
}
