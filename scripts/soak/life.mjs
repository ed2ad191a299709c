/**
 * A process that does one thing after the other with plugins, three at a time, in an order that its seed decides.
 * Its one argument is JSON: { directory, seed, manifests, hashes, kind: 'mortal' | 'lasting' }. It tells its parent of
 * what has to be there afterwards before anything else goes on, so that a kill does not swallow it.
 */
import { damagedIn, strayIn, wrongBytes, wrongBytesOf } from './aftermath.mjs'
import { openSoakDock, reliableDisk } from './openSoakDock.mjs'
import { chance, passes, within } from './tools.mjs'

const HANDS = 3
const PATIENCE_MS = 60_000
const ROUND_MS = 2500
const UNSETTLED = new Set([
  'resolving',
  'queued',
  'downloading',
  'retrying',
  'verifying',
  'installing',
  'awaitingNetwork',
])
/** In these they wait for a person, or for room that nobody makes. */
const RESTING = new Set(['paused', 'awaitingConsent', 'awaitingSpace'])
const LASTING_BUDGET_BYTES = 2_500_000

const { directory, seed, manifests, hashes, kind } = JSON.parse(process.argv[2])
const { random, pick } = chance(seed)
const isLasting = kind === 'lasting'
// room is made only where nobody counts on what is installed
const disk = reliableDisk({ fillsUp: isLasting, random })
const storage = isLasting ? { budgetBytes: LASTING_BUDGET_BYTES } : {}
const counts = {}
/** How often a removal of each has begun, and has ended, by its id; `*` for all. */
const begun = new Map()
const ended = new Map()
let { dock, conditions } = await open()
let isQuiet = false

const ACTIONS = {
  install,
  pause: () => dock.downloads.pauseDownload(anyTask()),
  resume: () => dock.downloads.resumeDownload(anyTask()),
  cancel: () => dock.downloads.cancelDownload(anyTask()),
  retry: () => dock.downloads.retryDownload(anyTask()),
  limit: () => dock.downloads.limitDownload(anyTask(), pick([undefined, 50_000, 500_000])),
  reprioritize: () => dock.downloads.reprioritize(anyTask(), pick([-1, 0, 1])),
  approve: () => dock.downloads.approveDownload(anyTask()),
  pauseAll: () => dock.downloads.pauseAll(),
  resumeAll: () => dock.downloads.resumeAll(),
  dismiss: () => dock.downloads.dismissSettled(),
  estimate: () => dock.downloads.estimate(pick(manifests)),
  load,
  verify: async () => void (await dock.storage.verify((await anyPlugin()).pluginId)),
  activate,
  rollback: async () => void (await dock.plugins.rollback((await anyPlugin()).pluginId)),
  pin: async () => dock.storage.pin((await anyPlugin()).pluginId),
  unpin: async () => dock.storage.unpin((await anyPlugin()).pluginId),
  release: async () => {
    const { pluginId } = await anyPlugin()
    const failed = (await dock.plugins.versions(pluginId)).find(({ role }) => role === 'quarantined')
    if (failed) await dock.plugins.release(pluginId, failed.version)
  },
  remove: async () => {
    const { pluginId } = await anyPlugin()
    await whileRemoving(pluginId, () => dock.storage.deletePlugin(pluginId))
  },
  evict: () => whileRemoving('*', () => dock.storage.evictLeastRecentlyUsed(Math.floor(random() * 1_000_000))),
  cleanUp: () => dock.storage.cleanupOldVersions(),
  collect: () => dock.storage.collectOrphans(),
  network: async () => {
    conditions.change(pick([{ online: false }, { online: true }, { metered: true }, { metered: false }]))
  },
  policy: () =>
    dock.policy.change(
      pick([{ onMetered: 'ask', askAboveBytes: 100_000 }, { onMetered: 'wait' }, { onMetered: 'allow' }]),
    ),
  disk: async () => {
    disk.failing = pick([0, 0, 0, 0.02, 0.2])
  },
}

const NAMES = [...Object.keys(ACTIONS), 'install', 'install', 'disk', 'disk']

process.on('unhandledRejection', (error) => {
  void defect(`unhandled rejection: ${error?.stack ?? error}`).then(() => process.exit(1))
})
// its parent is gone
process.on('disconnect', () => process.exit(1))
await say({ type: 'open' })
setInterval(tellCounts, 500)
await live()

async function live() {
  for (let round = 0; ; round++) {
    isQuiet = false
    const hands = Promise.all(Array.from({ length: HANDS }, work))
    await passes(ROUND_MS)
    isQuiet = true
    await hands
    await tellCounts()
    if (isLasting) await comeToRest(round)
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    await say({ type: 'memory', rss, heap: heapUsed })
  }
}

async function work() {
  while (!isQuiet) {
    const name = pick(NAMES)
    counts[name] = (counts[name] ?? 0) + 1
    try {
      await within(PATIENCE_MS, ACTIONS[name](), () => `${name} did not settle: ${states()}`)
    } catch (error) {
      if (error.code === undefined) await defect(`${name}: ${error.stack}`)
    }
    // as in an app, something else comes between
    await passes(random() * 30)
  }
}

/** With a network and a disk that work, everything settles; then all is as it should be. */
async function comeToRest(round) {
  disk.failing = 0
  conditions.change({ online: true, metered: false })
  await dock.policy.reset()
  for (const { id } of dock.downloads.getTasks()) await dock.downloads.limitDownload(id, undefined).catch(onlyTyped)
  await dock.downloads.resumeAll()
  const until = Date.now() + PATIENCE_MS
  while (moving().length > 0) {
    if (Date.now() > until) {
      await defect(`nothing settles: ${states()}`)
      break
    }
    await passes(50)
  }
  for (const { id } of dock.downloads.getTasks()) await dock.downloads.cancelDownload(id).catch(onlyTyped)
  await dock.downloads.dismissSettled()
  if (round % 2 === 1) {
    for (const line of await wrongBytes(dock, hashes)) await defect(line)
    return
  }
  // before anything is loaded, which would mend it
  await dock.close()
  for (const line of (await damagedIn(directory, hashes)).values()) await defect(line)
  await reopen()
  for (const line of await wrongBytes(dock, hashes)) await defect(line)
  await dock.close()
  // what is in use until the end is removed by the next start
  await reopen()
  await dock.close()
  for (const line of await strayIn(directory)) await defect(line)
  await reopen()
}

async function reopen() {
  const opened = await open()
  dock = opened.dock
  conditions = opened.conditions
}

/** Those that have to settle by themselves: not those that rest, nor whoever has to wait behind one of the same plugin. */
function moving() {
  const tasks = dock.downloads.getTasks()
  const resting = tasks.filter(({ progress }) => RESTING.has(progress.state)).map(({ pluginId }) => pluginId)
  const isBehind = ({ pluginId, progress }) => progress.waitingFor?.code === 'same-plugin' && resting.includes(pluginId)
  return tasks.filter((task) => UNSETTLED.has(task.progress.state) && !isBehind(task))
}

function states() {
  return dock.downloads
    .getTasks()
    .filter(({ progress }) => UNSETTLED.has(progress.state) || RESTING.has(progress.state))
    .map(({ id, source, progress }) => `${id} ${source} ${JSON.stringify(progress)}`)
    .join('; ')
}

async function install() {
  const before = new Map(begun)
  const task = await dock.downloads.startDownload(pick(manifests), { allowDowngrade: true })
  const finished = task.finished.then(({ pluginId }) => noteInstalled(pluginId, before))
  // paused, or without a network, it takes as long as it takes
  await Promise.race([finished, passes(500)])
  finished.catch(() => {})
}

/** What was removed since it was asked for may have been this. */
function noteInstalled(pluginId, before) {
  const isSafe = [pluginId, '*'].every(
    (name) => before.get(name) === begun.get(name) && begun.get(name) === ended.get(name),
  )
  return isSafe ? say({ type: 'installed', pluginId }) : undefined
}

async function whileRemoving(pluginId, remove) {
  countIn(begun, pluginId)
  await say({ type: 'removing', pluginId })
  await remove().finally(() => countIn(ended, pluginId))
}

function countIn(counter, pluginId) {
  counter.set(pluginId, (counter.get(pluginId) ?? 0) + 1)
}

async function load() {
  const { pluginId } = await anyPlugin()
  const wrong = await wrongBytesOf(dock, pluginId, hashes)
  // it may be deleted meanwhile
  if (wrong?.includes('other bytes')) await defect(wrong)
}

async function activate() {
  const { pluginId } = await anyPlugin()
  await dock.plugins
    .activate(pluginId, async (plugin) => {
      await plugin.read()
      const outcome = random()
      if (outcome < 0.4) await plugin.confirmHealthy()
      if (outcome > 0.8) throw new TypeError('This version does not work')
    })
    .catch((error) => {
      // whatever the plugin threw is what the host is told
      if (!(error instanceof TypeError)) throw error
    })
}

async function anyPlugin() {
  return pick(await dock.storage.getInstalledPlugins()) ?? { pluginId: 'acme.nothing' }
}

function anyTask() {
  return pick(dock.downloads.getTasks())?.id ?? 'no task'
}

function onlyTyped(error) {
  if (error.code === undefined) throw error
}

function tellCounts() {
  const { refusals, recordRefusals } = disk
  return say({ type: 'counts', counts, refusals, recordRefusals })
}

function open() {
  return openSoakDock(directory, { disk, storage })
}

function defect(text) {
  return say({ type: 'defect', text })
}

/** Settles when it has left the process. */
function say(message) {
  return new Promise((resolve, reject) => {
    process.send(message, (error) => (error ? reject(error) : resolve()))
  })
}
