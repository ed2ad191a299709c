/** An app that the test tells what to do. */
import { createPluginDock } from 'plugdock/browser'

const PLUGIN = 'acme.charts'
let opening

async function open() {
  opening = createPluginDock()
  await opening
}

async function start(manifest) {
  const dock = await opening
  return (await dock.downloads.startDownload(manifest)).id
}

async function state(taskId) {
  return (await opening).downloads.getTask(taskId).progress.state
}

async function finished(taskId) {
  return (await (await opening).downloads.getTask(taskId).finished).version
}

/** What the plugin's own code says, or the code of the error. */
async function run() {
  const dock = await opening
  return dock.plugins.activate(PLUGIN, async (plugin) => (await plugin.import()).version).catch((error) => error.code)
}

Object.assign(globalThis, { app: { open, start, state, finished, run } })
