import { createPluginDock } from 'plugdock/browser'
import { DockDownloadList, DockNotificationCentre, DockRollbackNotices, PluginDockProvider } from 'plugdock/react'
import { createRoot } from 'react-dom/client'
import 'plugdock/react/styles.css'

const CHARTS = new URL('/plugins/charts/manifest.json', location.href)

/** Once, outside React: no mounting or unmounting touches what is on its way. */
const dock = await createPluginDock({ maxConcurrentDownloads: 3, storage: { budgetBytes: 500_000_000 } })

createRoot(document.getElementById('app') ?? document.body).render(
  <PluginDockProvider dock={dock} locale={navigator.language}>
    <DockNotificationCentre />
    <DockRollbackNotices />
    <button type="button" onClick={() => dock.downloads.startDownload(CHARTS)}>
      Install Charts
    </button>
    <DockDownloadList />
  </PluginDockProvider>,
)
