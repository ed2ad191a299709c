import { DockPluginLibrary, type PluginUpdate, useInstalledPlugins, useLibrary } from 'plugdock/react'
import { type ReactNode, useMemo } from 'react'
import { isSkipped } from './faults/brokenUpdate.js'
import { Icon, iconOf } from './Icon.js'
import type { CatalogueItem } from './origin.js'
import { usePlayground } from './playgroundContext.js'
import { Shelf } from './Shelf.js'
import { Stage } from './Stage.js'
import { TourBar } from './tour/TourBar.js'
import { usePageWords } from './words/usePageWords.js'

/** The plugin that runs, all there are, and what is installed of them. */
export function LibraryPage({ pluginId }: { readonly pluginId: string | undefined }): ReactNode {
  const { origin } = usePlayground()
  const { lead } = usePageWords()
  const all = [...origin.plugins, ...origin.fillers]
  const running = all.find(({ id }) => id === pluginId)
  return (
    <>
      {running ? null : <p className="pg-lead">{lead}</p>}
      <TourBar />
      {running ? <Stage key={running.id} item={running} /> : null}
      <Shelf runningId={running?.id} />
      <Installed items={all} />
    </>
  )
}

/** The library's own: versions, pins, checks, roll back, removal. Nothing while there is nothing to show. */
function Installed({ items }: { readonly items: readonly CatalogueItem[] }): ReactNode {
  const { open, install } = usePlayground()
  const updates = useUpdates(items)
  const plugins = useInstalledPlugins()
  const itemOf = (pluginId: string) => items.find(({ id }) => id === pluginId)
  const start = (pluginId: string) => {
    const item = itemOf(pluginId)
    if (item) install(item)
  }
  if (!plugins || plugins.length === 0) return null
  return (
    <DockPluginLibrary
      updates={updates}
      icon={(pluginId) => <Icon name={iconOf(itemOf(pluginId)?.icon ?? '')} />}
      onOpen={open}
      onUpdate={start}
      onInstallAgain={start}
    />
  )
}

/** What is published and neither installed nor skipped. */
function useUpdates(items: readonly CatalogueItem[]): ReadonlyMap<string, PluginUpdate> {
  const library = useLibrary()
  return useMemo(() => {
    const views = new Map(library?.map((view) => [view.plugin.pluginId, view]))
    const newer = items.filter(({ id, version }) => {
      const view = views.get(id)
      return view && view.plugin.version !== version && !isSkipped(view, version)
    })
    return new Map(newer.map(({ id, version }) => [id, { version }]))
  }, [library, items])
}
