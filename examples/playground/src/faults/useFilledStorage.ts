import type { PluginDock } from 'plugdock/browser'
import { useInstalledPlugins, usePluginDock } from 'plugdock/react'
import { useCallback, useEffect, useMemo } from 'react'
import type { OriginChange, OriginState } from '../origin.js'
import { usePreferences } from '../preferences.js'

const FILLER_ID = 'acme.filler'
/** A small one, which is not pinned: what it would free is not enough. */
const DRAFTS_ID = 'acme.drafts'
/** Less than what the first steps install into it. */
const LEFT_BYTES = 1_000_000

export interface FilledStorage {
  readonly isFull: boolean
  /** Settles when it is full. */
  fill(): Promise<void>
  empty(): Promise<void>
}

/**
 * All but a little is taken by a plugin that is pinned, as all others are then but a small one: a big download finds too
 * little to make room by itself, and asks.
 */
export function useFilledStorage(
  changeOrigin: (change: OriginChange) => Promise<OriginState>,
  complain: (error: unknown) => void,
): FilledStorage {
  const dock = usePluginDock()
  const isFull = usePins(dock, complain)
  const fill = useCallback(async () => {
    await removeFillers(dock)
    const fillBytes = Math.floor((await dock.storage.getAvailableSpace()) - LEFT_BYTES)
    if (fillBytes <= 0) return
    const { fillers } = await changeOrigin({ fillBytes })
    await Promise.all(
      fillers.map(async ({ source }) => {
        const task = await dock.downloads.startDownload(source, { allowMetered: true, priority: 1_000_000 })
        await task.finished
        await dock.downloads.dismissDownload(task.id)
      }),
    )
  }, [dock, changeOrigin])
  const empty = useCallback(() => removeFillers(dock), [dock])
  return useMemo(() => ({ isFull, fill, empty }), [isFull, fill, empty])
}

/** Pins all while the filler is there, and lifts these pins when it has gone, whoever let it go. */
function usePins({ storage }: PluginDock, complain: (error: unknown) => void): boolean {
  const { preferences, change } = usePreferences()
  const { heldPluginIds } = preferences
  const plugins = useInstalledPlugins()
  const filler = plugins?.find(({ pluginId }) => pluginId === FILLER_ID)
  const isNew = filler?.pinned === false
  const isOver = plugins !== undefined && !filler && heldPluginIds.length > 0
  useEffect(() => {
    if (!isNew || !plugins) return
    const loose = plugins
      .filter(({ pinned, pluginId }) => !pinned && pluginId !== DRAFTS_ID)
      .map(({ pluginId }) => pluginId)
    // some may be pinned before others are
    const held = new Set([...heldPluginIds, ...loose])
    held.delete(FILLER_ID)
    if (held.size > heldPluginIds.length) change({ heldPluginIds: [...held] })
    Promise.all(loose.map((pluginId) => storage.pin(pluginId))).catch(complain)
  }, [storage, isNew, plugins, heldPluginIds, change, complain])
  useEffect(() => {
    if (!isOver || !plugins) return
    const held = heldPluginIds.filter((id) => plugins.some(({ pluginId }) => pluginId === id))
    change({ heldPluginIds: [] })
    Promise.all(held.map((pluginId) => storage.unpin(pluginId))).catch(complain)
  }, [storage, isOver, plugins, heldPluginIds, change, complain])
  return filler !== undefined
}

async function removeFillers({ downloads, storage }: PluginDock): Promise<void> {
  for (const { id, source, actor } of downloads.getTasks()) {
    if (!/\/(filler|drafts)\/manifest\.json$/.test(source)) continue
    if (actor) await downloads.cancelDownload(id)
    await downloads.dismissDownload(id)
  }
  for (const { pluginId } of await storage.getInstalledPlugins())
    if (pluginId === FILLER_ID || pluginId === DRAFTS_ID) await storage.deletePlugin(pluginId)
}
