/** An app whose downloads go on when its page is closed. The test drives it by what hangs on the window. */
import { createPluginDock } from 'plugdock/browser'

const TICK_MS = 20

await navigator.serviceWorker.register('./sw.js')
const origin = new URLSearchParams(location.search).get('origin')
const dock = await createPluginDock({ retry: { baseDelayMs: 100 }, ...(origin ? { allowedOrigins: [origin] } : {}) })

globalThis.app = {
  /** Whether downloads would go on now. */
  async untilBackground() {
    while (dock.capabilities.background === 'none') await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    return dock.capabilities.background
  },
  async start(manifest) {
    const task = await dock.downloads.startDownload(manifest)
    return task.id
  },
  untilDownloaded: (bytes) =>
    new Promise((resolve) => {
      const subscription = dock.downloads.watchAll().subscribe((all) => {
        if (all.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0) < bytes) return
        queueMicrotask(() => subscription.unsubscribe())
        resolve()
      })
    }),
  /** Settles when all that was begun is installed; what is found then. */
  async outcome() {
    await Promise.all(dock.downloads.getTasks().map(({ finished }) => finished))
    const installed = await dock.storage.getInstalledPlugins()
    const digests = {}
    for (const { pluginId } of installed) digests[pluginId] = await digestOf(pluginId)
    const tasks = dock.downloads.getTasks().map(({ progress }) => progress)
    return { digests, files: await filesOf(), tasks }
  },
  files: filesOf,
}

async function digestOf(pluginId) {
  const loaded = await dock.plugins.load(pluginId)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await loaded.read()))
  await loaded.close()
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function filesOf() {
  const root = await navigator.storage.getDirectory()
  const folder = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  const names = []
  for (const kind of ['bundles', 'partials']) {
    for await (const name of (await folder.getDirectoryHandle(kind)).keys()) names.push(`${kind}/${name}`)
  }
  return names.sort()
}
