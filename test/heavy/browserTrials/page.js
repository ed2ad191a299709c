/** An app that the test tells what to do. */
import { createPluginDock } from 'plugdock/browser'

const PLUGIN = 'acme.charts'
const opening = createPluginDock()

async function install(manifest) {
  const dock = await opening
  await (await dock.downloads.startDownload(manifest)).finished
}

async function confirm() {
  const dock = await opening
  await (await dock.plugins.load(PLUGIN)).confirmHealthy()
}

/** The version that says it runs. */
async function activate() {
  const dock = await opening
  return dock.plugins.activate(PLUGIN, async (plugin) => (await plugin.import()).version)
}

Object.assign(globalThis, { app: { install, confirm, activate } })
