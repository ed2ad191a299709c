import { DockNotificationCentre, usePluginDock } from 'plugdock/react'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { Banners } from './Banners.js'
import { DownloadsPage } from './DownloadsPage.js'
import { FaultsPage } from './faults/FaultsPage.js'
import { useFaults } from './faults/useFaults.js'
import { Icon } from './Icon.js'
import { LibraryPage } from './LibraryPage.js'
import { MobileBar, SideBar } from './Navigation.js'
import type { CatalogueItem, OriginChange, OriginState } from './origin.js'
import { type Playground, PlaygroundContext } from './playgroundContext.js'
import { RunningDownloads } from './RunningDownloads.js'
import { SettingsPage } from './SettingsPage.js'
import { TourWatch } from './tour/TourWatch.js'
import { useOrigin } from './useOrigin.js'
import { goTo, type Route, useRoute } from './useRoute.js'
import { usePageWords } from './words/usePageWords.js'

export function App({ initialOrigin }: { readonly initialOrigin: OriginState }): ReactNode {
  const route = useRoute()
  const words = usePageWords()
  const [problem, setProblem] = useState<unknown>()
  const playground = usePlaygroundValue(initialOrigin, setProblem)
  const hasAside = route.page !== 'downloads'
  const title = words.pages[route.page]
  useEffect(() => {
    document.title = `${title} · plugdock`
  }, [title])
  return (
    <PlaygroundContext.Provider value={playground}>
      <TourWatch />
      <div className="pg" data-aside={hasAside}>
        <SideBar page={route.page} />
        <main className="pg-main">
          <div className="pg-top">
            <span className="pg-mark" aria-hidden="true">
              <Icon name="dock" />
            </span>
            <h1>{title}</h1>
            <span className="pd-chip pd-chip--accent">{words.playground}</span>
            <DockNotificationCentre />
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

function usePlaygroundValue(initial: OriginState, complain: (error: unknown) => void): Playground {
  const { downloads } = usePluginDock()
  const { origin, change } = useOrigin(initial)
  const faults = useFaults({ origin, changeOrigin: change, complain })
  const install = useCallback(
    (item: CatalogueItem) => void downloads.startDownload(item.source).catch(complain),
    [downloads, complain],
  )
  const changeOrigin = useCallback((wanted: OriginChange) => void change(wanted).catch(complain), [change, complain])
  return useMemo(() => {
    const all = [...origin.plugins, ...origin.fillers]
    return {
      origin,
      faults,
      install,
      changeOrigin,
      complain,
      open: (pluginId) => goTo('library', pluginId),
      itemOf: ({ taskId, pluginId }) => {
        const source = downloads.getTask(taskId)?.source
        return all.find((item) => item.id === pluginId || item.source === source)
      },
    }
  }, [origin, faults, install, changeOrigin, complain, downloads])
}
