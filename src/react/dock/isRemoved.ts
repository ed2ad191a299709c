import { useSyncExternalStore } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { usePluginDock } from './dockContext.js'
import { libraryOf } from './dockStores.js'
import type { PluginView } from './library.js'

/** Whether what a download installed is here no more; not as long as nobody knows what is here. */
export function isRemoved({ state, pluginId }: DownloadProgress, library: readonly PluginView[] | undefined): boolean {
  return state === 'installed' && library?.every(({ plugin }) => plugin.pluginId !== pluginId) === true
}

/** The same of one download, drawn again when it changes. */
export function useIsRemoved(progress: DownloadProgress): boolean {
  const { subscribe, getSnapshot } = libraryOf(usePluginDock())
  return useSyncExternalStore(
    subscribe,
    () => isRemoved(progress, getSnapshot()?.views),
    () => false,
  )
}
