/**
 * Does one thing after the other with plugins until somebody kills it, in an order that its seed decides:
 *
 *   node victim.mjs <directory> <seed> <manifest url>...
 *
 * Says `born`, `open` and, each time that something was installed, `installed`; ends by itself only where something
 * happened that has no place in the contract. With one manifest it does nothing but install it.
 */
import { createPluginDock, PluginDockError } from '../../../dist/src/hosts/node/index.js'

const [directory, seed, ...manifests] = process.argv.slice(2)
const random = seededRandom(Number(seed))
process.stdout.write('born\n')
const dock = await createPluginDock({ directory, wait: 10_000, storage: { keepPreviousVersions: 1 } })
process.stdout.write('open\n')
const anything = [
  install,
  install,
  install,
  install,
  removeOne,
  loadOne,
  cancelOne,
  activateOne,
  rollBackOne,
  evictSome,
]
const steps = manifests.length === 1 ? [install] : anything
for (;;) await pick(steps)().catch(onlyTyped)

async function install() {
  const task = await dock.downloads.startDownload(pick(manifests), { allowDowngrade: true })
  if (task.progress.state === 'failed') await dock.downloads.retryDownload(task.id)
  await task.finished
  process.stdout.write('installed\n')
}

async function removeOne() {
  const plugin = pick(await dock.storage.getInstalledPlugins())
  if (plugin) await dock.storage.deletePlugin(plugin.pluginId)
}

async function loadOne() {
  const plugin = pick(await dock.storage.getInstalledPlugins())
  if (!plugin) return
  const loaded = await dock.plugins.load(plugin.pluginId)
  await loaded.read().finally(() => loaded.close())
}

/** Half of them say that they work; of the others nobody knows when the process dies. */
async function activateOne() {
  const plugin = pick(await dock.storage.getInstalledPlugins())
  if (!plugin) return
  await dock.plugins.activate(plugin.pluginId, async (loaded) => {
    await loaded.read()
    if (random() < 0.5) await loaded.confirmHealthy()
  })
}

async function rollBackOne() {
  const plugin = pick(await dock.storage.getInstalledPlugins())
  if (plugin) await dock.plugins.rollback(plugin.pluginId)
}

async function evictSome() {
  await dock.storage.evictLeastRecentlyUsed(Math.floor(random() * 2_000_000))
}

async function cancelOne() {
  const task = await dock.downloads.startDownload(pick(manifests))
  task.finished.catch(() => {})
  await dock.downloads.cancelDownload(task.id)
  await dock.downloads.dismissSettled()
}

function onlyTyped(error) {
  if (!(error instanceof PluginDockError)) throw error
}

function pick(things) {
  return things[Math.floor(random() * things.length)]
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
