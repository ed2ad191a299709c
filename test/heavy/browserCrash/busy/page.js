/** An app: tells the test what it found, then does one thing after the other with plugins until the browser is killed. */
import { createPluginDock, PluginDockError } from 'plugdock/browser'
import { tell, tellError } from '../tell.js'

const query = new URLSearchParams(location.search)
const manifests = query.getAll('manifest')
const random = seededRandom(Number(query.get('seed')))
const ACTIONS = [install, install, install, removeOne, loadOne, cancelOne]

run().catch(tellError)

async function run() {
  const dock = await createPluginDock()
  await haltAll(dock)
  await tell({ ...(await loadAll(dock)), ...(await inventory(dock)) })
  await dock.downloads.resumeAll()
  for (;;) await pick(ACTIONS)(dock).catch(onlyTyped)
}

async function loadAll(dock) {
  const installed = {}
  for (const { pluginId, version } of await dock.storage.getInstalledPlugins()) {
    const { ok } = await dock.storage.verify(pluginId)
    const loaded = await dock.plugins.load(pluginId)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await loaded.read()))
    await loaded.close()
    installed[`${pluginId} ${version}`] = ok ? hex(digest) : 'damaged'
  }
  return { installed }
}

/** Downloads that were found again stay as they are while the test looks; a commit is not stopped half-way. */
async function haltAll(dock) {
  await dock.downloads.pauseAll()
  const committing = dock.downloads.getTasks().filter(({ progress }) => progress.state === 'installing')
  await Promise.allSettled(committing.map(({ finished }) => finished))
}

/** What lies there, and what is known of it. */
async function inventory(dock) {
  const { items } = await dock.storage.collectOrphans({ dryRun: true })
  const plugins = await dock.storage.getInstalledPlugins()
  const versions = (await Promise.all(plugins.map(({ pluginId }) => dock.plugins.versions(pluginId)))).flat()
  const tasks = dock.downloads.getTasks().map(({ pluginId, version, progress }) => {
    return { name: `${pluginId} ${version}`, state: progress.state }
  })
  return {
    files: await filesOf(),
    addresses: versions.map(({ address }) => address),
    tasks,
    orphans: items.map(({ name }) => name),
  }
}

async function filesOf() {
  const root = await navigator.storage.getDirectory()
  const folder = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  const names = { bundles: [], partials: [] }
  for (const kind of Object.keys(names)) {
    for await (const name of (await folder.getDirectoryHandle(kind)).keys()) names[kind].push(name)
  }
  return names
}

async function install(dock) {
  const task = await dock.downloads.startDownload(pick(manifests))
  if (task.progress.state === 'failed') await dock.downloads.retryDownload(task.id)
  await task.finished
}

async function removeOne(dock) {
  const plugin = pick(await dock.storage.getInstalledPlugins())
  if (plugin) await dock.storage.deletePlugin(plugin.pluginId)
}

async function loadOne(dock) {
  const plugin = pick(await dock.storage.getInstalledPlugins())
  if (!plugin) return
  const loaded = await dock.plugins.load(plugin.pluginId)
  await loaded.read().finally(() => loaded.close())
}

async function cancelOne(dock) {
  const task = await dock.downloads.startDownload(pick(manifests))
  await dock.downloads.cancelDownload(task.id)
  await dock.downloads.dismissSettled()
}

function onlyTyped(error) {
  if (!(error instanceof PluginDockError)) return tellError(error)
}

function pick(things) {
  return things[Math.floor(random() * things.length)]
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Mulberry32. */
function seededRandom(start) {
  let state = start | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
