import { usePluginDock } from 'plugdock/react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { Banners } from './Banners.js'
import { DownloadsPage } from './DownloadsPage.js'
import { FaultsPage } from './FaultsPage.js'
import { LibraryPage } from './LibraryPage.js'
import { MobileBar, SideBar } from './Navigation.js'
import type { CatalogueItem, OriginState } from './origin.js'
import { type Playground, PlaygroundContext } from './playgroundContext.js'
import { RunningDownloads } from './RunningDownloads.js'
import { SettingsPage } from './SettingsPage.js'
import { useInstalled } from './useInstalled.js'
import { useOrigin } from './useOrigin.js'
import { goTo, type Page, type Route, useRoute } from './useRoute.js'

const TITLES: Readonly<Record<Page, string>> = {
  library: 'Library',
  downloads: 'Downloads',
  settings: 'Settings',
  faults: 'Faults',
}

export function App({ initialOrigin }: { readonly initialOrigin: OriginState }): ReactNode {
  const route = useRoute()
  const [problem, setProblem] = useState<unknown>()
  const playground = usePlaygroundValue(initialOrigin, route, setProblem)
  const hasAside = route.page !== 'downloads'
  return (
    <PlaygroundContext.Provider value={playground}>
      <div className="pg" data-aside={hasAside}>
        <SideBar page={route.page} />
        <main className="pg-main">
          <div className="pg-top">
            <h1>{TITLES[route.page]}</h1>
            <span className="pd-chip pg-chip--accent">plugdock playground</span>
          </div>
          <Banners problem={problem} onDismiss={() => setProblem(undefined)} />
          <PageContent route={route} />
        </main>
        {hasAside ? <RunningDownloads /> : null}
        <MobileBar page={route.page} />
      </div>
    </PlaygroundContext.Provider>
  )
}

function PageContent({ route }: { readonly route: Route }): ReactNode {
  switch (route.page) {
    case 'library':
      return <LibraryPage pluginId={route.pluginId} />
    case 'downloads':
      return <DownloadsPage />
    case 'settings':
      return <SettingsPage />
    case 'faults':
      return <FaultsPage />
  }
}

function usePlaygroundValue(initial: OriginState, route: Route, complain: (error: unknown) => void): Playground {
  const dock = usePluginDock()
  const { origin, change } = useOrigin(initial, route.page === 'faults', complain)
  const { storage, refresh } = useInstalled()
  const remove = useCallback(
    async (item: CatalogueItem) => {
      if (route.pluginId === item.id) goTo('library')
      await dock.storage.deletePlugin(item.id)
      const settled = dock.downloads.getTasks().filter(({ source }) => source === item.source)
      await Promise.all(settled.map(({ id }) => dock.downloads.dismissDownload(id)))
      await refresh()
    },
    [dock, refresh, route.pluginId],
  )
  return useMemo(
    () => ({
      origin,
      storage,
      complain,
      changeOrigin: change,
      install: (item) => void dock.downloads.startDownload(item.source).catch(complain),
      remove: (item) => void remove(item).catch(complain),
      open: (pluginId) => goTo('library', pluginId),
      itemOf: ({ taskId, pluginId }) => {
        const source = dock.downloads.getTask(taskId)?.source
        return origin.plugins.find((item) => item.id === pluginId || item.source === source)
      },
    }),
    [dock, origin, storage, complain, change, remove],
  )
}
