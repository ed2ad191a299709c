import type { InstalledVersion, PluginDock } from '../../dock/types.js'
import type { InstalledPlugin } from '../../domain/plugin.js'
import { answersOf } from './answers.js'
import { isSame, keepSameList } from './same.js'
import { createSnapshotStore, type SnapshotStore } from './snapshotStore.js'

/** An installed plugin and all its versions, the active one first. */
export interface PluginView {
  readonly plugin: InstalledPlugin
  readonly versions: readonly InstalledVersion[]
}

/** Everything installed, by which each reader is drawn again for its part alone. */
export interface Library {
  readonly views: readonly PluginView[]
  readonly plugins: readonly InstalledPlugin[]
  readonly byId: ReadonlyMap<string, PluginView>
}

export function createLibraryStore(dock: PluginDock): SnapshotStore<Library | undefined> {
  return createSnapshotStore<Library | undefined>({
    source: answersOf(dock.storage.changes, () => askAll(dock)),
    initial: undefined,
    keep: (last, next) => next && keepLibrary(last, next),
  })
}

async function askAll({ storage, plugins }: PluginDock): Promise<Library> {
  const installed = await storage.getInstalledPlugins()
  const views = await Promise.all(
    installed.map(async (plugin) => ({
      plugin,
      // removed meanwhile: the next answer knows it
      versions: await plugins.versions(plugin.pluginId).catch(() => []),
    })),
  )
  return libraryOfViews(views, installed)
}

function libraryOfViews(views: readonly PluginView[], plugins: readonly InstalledPlugin[]): Library {
  return { views, plugins, byId: new Map(views.map((view) => [view.plugin.pluginId, view])) }
}

function keepLibrary(last: Library | undefined, next: Library): Library {
  if (!last) return next
  if (isSame(last.views, next.views)) return last
  const views = keepSameList(last.views, next.views, ({ plugin }) => plugin.pluginId)
  return libraryOfViews(
    views,
    keepSameList(last.plugins, next.plugins, ({ pluginId }) => pluginId),
  )
}
