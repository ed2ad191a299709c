/** An app that is open in several tabs, and does what the test tells it to. */
import { createPluginDock } from 'plugdock/browser'

const ID = 'acme.charts'
const dock = await createPluginDock({ health: { timeoutMs: 2000 } })
let wasRestored = false
window.addEventListener('pageshow', ({ persisted }) => {
  wasRestored ||= persisted
})

globalThis.app = {
  leads: () => dock.supervisor.getSnapshot().hasTag('leader'),
  wasRestored: () => wasRestored,
  async start(manifest) {
    return (await dock.downloads.startDownload(manifest)).id
  },
  async install(manifest) {
    await (await dock.downloads.startDownload(manifest)).finished
  },
  async finished(taskId) {
    return (await dock.downloads.getTask(taskId).finished).version
  },
  bytes: () => dock.downloads.getTasks()[0]?.progress.bytesDownloaded ?? 0,
  untilLeads: () =>
    new Promise((resolve) => {
      const look = () => globalThis.app.leads() && resolve(Date.now())
      dock.supervisor.subscribe(look)
      look()
    }),
  async changePolicy(part) {
    await dock.policy.change(part)
    return Date.now()
  },
  /** What it shows: the same in every tab. */
  async look() {
    const tasks = dock.downloads.getTasks().map(({ id, progress }) => [id, progress.state, progress.bytesDownloaded])
    const installed = await dock.storage.getInstalledPlugins()
    return JSON.stringify([tasks, installed, dock.policy.current])
  },
  async digest() {
    const loaded = await dock.plugins.load(ID)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await loaded.read()))
    await loaded.close()
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  },
  async activate() {
    return dock.plugins.activate(ID, async (plugin) => (await plugin.import()).version)
  },
  async health() {
    return (await dock.storage.getInstalledPlugins())[0].health
  },
  hang() {
    for (;;) {
      // nothing else happens here any more
    }
  },
  async files() {
    const root = await navigator.storage.getDirectory()
    const folder = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
    const names = []
    for (const kind of ['bundles', 'partials']) {
      for await (const name of (await folder.getDirectoryHandle(kind)).keys()) names.push(`${kind}/${name}`)
    }
    return names
  },
}
