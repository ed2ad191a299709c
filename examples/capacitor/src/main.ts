import { createPluginDock, type DownloadProgress, type PluginDock } from 'plugdock/capacitor'

const MANIFEST_URL = 'https://cdn.example/charts/manifest.json'
const PLUGIN_ID = 'acme.charts'

/** What a plugin of this app exports. */
interface Charts {
  mount(element: HTMLElement): void
}

const dock = await createPluginDock({ allowedOrigins: ['https://cdn.example'] })

byId('download').addEventListener('click', () => void dock.downloads.startDownload(MANIFEST_URL))
byId('consent').addEventListener('click', () => void approveAll(dock))
dock.downloads.watchAll().subscribe(([latest]) => show(latest))
dock.notifications.subscribe(({ type }) => {
  if (type === 'installed') void run(dock)
})

const installed = await dock.storage.getInstalledPlugins()
if (installed.some(({ pluginId }) => pluginId === PLUGIN_ID)) await run(dock)

/** A version that fails here is rolled back, and the one before it runs. */
async function run({ plugins }: PluginDock): Promise<void> {
  await plugins.activate(PLUGIN_ID, async (plugin) => {
    const charts = await plugin.import<Charts>()
    charts.mount(byId('plugin'))
  })
}

async function approveAll({ downloads }: PluginDock): Promise<void> {
  for (const { id, progress } of downloads.getTasks()) {
    if (progress.state === 'awaitingConsent') await downloads.approveDownload(id)
  }
}

function show(progress: DownloadProgress | undefined): void {
  const { state = '', bytesDownloaded = 0, totalBytes, waitingFor, failure } = progress ?? {}
  const percent = totalBytes ? `${Math.floor((100 * bytesDownloaded) / totalBytes)} %` : ''
  byId('state').textContent = [state, percent, failure?.message ?? waitingFor?.message].filter(Boolean).join(' · ')
  byId('consent').hidden = state !== 'awaitingConsent'
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no element ${id}`)
  return element
}
