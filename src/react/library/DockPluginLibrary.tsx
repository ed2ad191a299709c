import { type ReactNode, useMemo, useSyncExternalStore } from 'react'
import type { PluginDock } from '../../dock/types.js'
import { noteCheck, repairSizesOf, watchRepairSizes } from '../dock/damage.js'
import { usePluginDock } from '../dock/dockContext.js'
import { sourceUrlOf } from '../dock/taskSources.js'
import { useLibrary } from '../dock/useInstalled.js'
import { useNotifications } from '../dock/useNotifications.js'
import { speechOf } from '../live/speech.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import type { LibraryCallbacks, LostPlugin, PluginLibraryProps } from './libraryTypes.js'
import { PluginLibrary } from './PluginLibrary.js'

/**
 * What the dock has installed. Pinning, checking, repairing, going back and removing come with it; opening and updating
 * are the app's. Its own callbacks go first; those it sets to `undefined` are not offered.
 */
export function DockPluginLibrary(props: Omit<PluginLibraryProps, 'plugins' | 'lost' | 'repairSizes'>): ReactNode {
  const dock = usePluginDock()
  const words = useWords()
  const plugins = useLibrary()
  const lost = useLost()
  const repairSizes = useSyncExternalStore(
    (listener) => watchRepairSizes(dock, listener),
    () => repairSizesOf(dock),
    () => repairSizesOf(undefined),
  )
  const { onUpdate } = props
  const callbacks = useMemo(() => callbacksOf(dock, words, onUpdate), [dock, words, onUpdate])
  return <PluginLibrary {...callbacks} {...props} plugins={plugins} lost={lost} repairSizes={repairSizes} />
}

function useLost(): readonly LostPlugin[] {
  const { notices } = useNotifications()
  return useMemo(
    () =>
      notices.flatMap(({ name, notification: { type, pluginId, version } }) =>
        type === 'storageLost' && pluginId !== undefined ? [{ pluginId, name, version }] : [],
      ),
    [notices],
  )
}

function callbacksOf(dock: PluginDock, words: Words, onUpdate: LibraryCallbacks['onUpdate']): LibraryCallbacks {
  const { storage, plugins, downloads } = dock
  return {
    onPin: (pluginId, isPinned) => (isPinned ? storage.pin(pluginId) : storage.unpin(pluginId)),
    async onCheck(pluginId, onProgress) {
      const report = await storage.verify(pluginId, { onProgress })
      noteCheck(dock, report)
      return report.ok
    },
    // to load it is to repair it
    onRepair: async (pluginId) => (await plugins.load(pluginId)).close(),
    async onGoBack(pluginId) {
      await plugins.rollback(pluginId)
    },
    async onTryVersion(pluginId, version) {
      await plugins.release(pluginId, version)
      const source = sourceUrlOf(
        downloads.getTasks().find((one) => one.pluginId === pluginId && one.version === version),
      )
      // its bytes are here: nothing is sent
      if (source !== undefined) await downloads.startDownload(source)
      // its download was dismissed, or given as a manifest: the app knows where it comes from
      else onUpdate?.(pluginId)
    },
    async onRemove(pluginId) {
      const before = await storage.getUsedSpace()
      const all = await storage.getInstalledPlugins()
      const name = all.find((plugin) => plugin.pluginId === pluginId)?.name ?? pluginId
      await storage.deletePlugin(pluginId)
      const size = words.bytes(Math.max(0, before - (await storage.getUsedSpace())))
      speechOf(dock).next(words.say(words.messages.library.removed, { name, size }) ?? '')
    },
  }
}
