import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { BehaviorSubject, NEVER } from 'rxjs'
import '../../dist/src/react/styles.css'
import { createPluginDock } from '../../dist/src/hosts/browser/index.js'
import { DockDownloadList, PluginDockProvider } from '../../dist/src/react/index.js'

const TOTAL_BYTES = 50_000_000

/** A list of so many downloads, all a little further at each tick. */
function downloadsAt(tick, count) {
  return Array.from({ length: count }, (_, index) => ({
    taskId: `task-${index}`,
    pluginId: `acme.plugin-${index}`,
    name: `Plugin ${index}`,
    version: '2.1.0',
    state: 'downloading',
    bytesDownloaded: Math.min(TOTAL_BYTES - 1, 1_000_000 + tick * 10_000 + index * 1000),
    bytesReused: index % 3 === 0 ? 500_000 : 0,
    totalBytes: TOTAL_BYTES,
    speedBytesPerSecond: 100_000 + ((index * 7919 + tick * 104_729) % 20_000),
    estimatedTimeRemaining: 400_000 - tick * 100,
    lastByteAt: Date.now(),
    attempt: 1,
    chunksRefetched: 0,
  }))
}

/** As much of a dock as the list wants; only its downloads move. */
function createMovingDock(count) {
  const all = new BehaviorSubject(downloadsAt(0, count))
  const idle = async () => {}
  const commands = ['pauseAll', 'resumeAll', 'pauseDownload', 'resumeDownload', 'cancelDownload', 'retryDownload']
  const supervisor = {
    getSnapshot: () => ({ context: {}, hasTag: () => false }),
    subscribe: () => ({ unsubscribe() {} }),
  }
  const dock = {
    downloads: {
      ...Object.fromEntries(commands.map((name) => [name, idle])),
      watchAll: () => all,
      watchProgress: () => NEVER,
      getTask: () => undefined,
      getTasks: () => [],
    },
    storage: { budgetBytes: 1e9, getInstalledPlugins: async () => [], changes: NEVER },
    plugins: { versions: async () => [], changes: NEVER },
    policy: { current: {}, changes: NEVER },
    conditions: { current: { online: true }, changes: NEVER },
    notifications: NEVER,
    capabilities: {},
    supervisor,
  }
  return { dock, tick: (at) => all.next(downloadsAt(at, count)) }
}

const { commits } = globalThis
const longTasks = []
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
  type: 'longtask',
})

globalThis.mountList = async (count) => {
  const { dock, tick } = createMovingDock(count)
  const root = createRoot(document.getElementById('root'))
  root.render(createElement(PluginDockProvider, { dock }, createElement(DockDownloadList)))
  globalThis.tickList = tick
  await settled()
}

/** Ten times a second for so long; what it cost the page. */
globalThis.moveList = async ({ forMs, isScrolling }) => {
  commits.clear()
  longTasks.length = 0
  let ticks = 0
  let frames = 0
  let isOver = false
  const count = () => {
    frames++
    if (isScrolling) scrollBy(0, 40)
    if (!isOver) requestAnimationFrame(count)
  }
  requestAnimationFrame(count)
  const timer = setInterval(() => globalThis.tickList(++ticks), 100)
  await new Promise((resolve) => setTimeout(resolve, forMs))
  clearInterval(timer)
  isOver = true
  await settled()
  const perFrame = [...commits.values()]
  return {
    ticks,
    frames,
    commits: perFrame.reduce((sum, n) => sum + n, 0),
    mostPerFrame: Math.max(0, ...perFrame),
    longTasks: [...longTasks],
    rows: document.querySelectorAll('[data-task]').length,
  }
}

/** A real download, drawn by its list while its engine works. */
globalThis.installBig = async (manifestUrl) => {
  const dock = await createPluginDock({ name: 'bench-ui' })
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(createElement(PluginDockProvider, { dock }, createElement(DockDownloadList)))
  await settled()
  const task = await dock.downloads.startDownload(manifestUrl)
  await task.finished
  if (task.progress.bytesReused > 0) throw new Error('Not all of it was downloaded')
  await settled()
  root.unmount()
  await dock.storage.deletePlugin(task.pluginId)
  await dock.close()
  return {}
}

async function settled() {
  for (let at = 0; at < 5; at++) await new Promise((resolve) => requestAnimationFrame(resolve))
}
