import { useSyncExternalStore } from 'react'
import type { InstalledPlugin } from '../../domain/plugin.js'
import { usePluginDock } from './dockContext.js'
import { libraryOf, storageOf } from './dockStores.js'
import type { PluginView } from './library.js'
import type { StorageSpace } from './storageSpace.js'

/** The installed plugins, each object the same until its plugin changed; `undefined` until known, and on a server. */
export function useInstalledPlugins(): readonly InstalledPlugin[] | undefined {
  const { subscribe, getSnapshot } = libraryOf(usePluginDock())
  return useSyncExternalStore(subscribe, () => getSnapshot()?.plugins, nothing)
}

/** The same with their versions. */
export function useLibrary(): readonly PluginView[] | undefined {
  const { subscribe, getSnapshot } = libraryOf(usePluginDock())
  return useSyncExternalStore(subscribe, () => getSnapshot()?.views, nothing)
}

/**
 * One installed plugin with its versions, drawn again for it alone; `undefined` where it is not installed, until it is
 * known, and on a server.
 */
export function usePlugin(pluginId: string): PluginView | undefined {
  const { subscribe, getSnapshot } = libraryOf(usePluginDock())
  return useSyncExternalStore(subscribe, () => getSnapshot()?.byId.get(pluginId), nothing)
}

/** How much is stored, and how much may still be; `undefined` until known, and on a server. */
export function useStorage(): StorageSpace | undefined {
  const { subscribe, getSnapshot } = storageOf(usePluginDock())
  return useSyncExternalStore(subscribe, getSnapshot, nothing)
}

function nothing(): undefined {
  return undefined
}
