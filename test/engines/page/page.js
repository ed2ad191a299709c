/** An app whose dock a test works: asks the server that it came from what to do, and tells it what came of it. */
import { createPluginDock } from 'plugdock/browser'
import { imports, render, serve } from './served.js'
import { flipStoredByte } from './storedBytes.js'

const PLUGIN_ID = 'acme.charts'
let dock
let task

const commands = {
  /** What the browser can do here. Finds the task of an earlier dock, if there is one. */
  async open() {
    dock = await createPluginDock({ imports, retry: { baseDelayMs: 1, factor: 1, jitter: 'none' } })
    task = dock.downloads.getTasks()[0]
    const { bundleStore, background, meteredDetection } = dock.capabilities
    return { bundleStore, background, meteredDetection, readsIntoBuffers: await readsIntoBuffers() }
  },
  async start(manifestUrl) {
    task = await dock.downloads.startDownload(manifestUrl)
  },
  /** Settles once so many bytes of the bundle are written. */
  untilDownloaded(bytes) {
    return new Promise((resolve) => {
      dock.downloads.watchProgress(task.id).subscribe(({ bytesDownloaded }) => bytesDownloaded >= bytes && resolve())
    })
  },
  /** Of the task, however it ends. */
  async ending() {
    await task.finished
    return dock.downloads.getTask(task.id).progress.state
  },
  async load() {
    const plugin = await dock.plugins.load(PLUGIN_ID)
    try {
      const digests = {}
      for (const path of plugin.files()) digests[path] = await sha256(plugin.stream(path))
      return { version: plugin.version, digests }
    } finally {
      await plugin.close()
    }
  },
  /** Runs the plugin: what its entry says. */
  async run() {
    const plugin = await dock.plugins.load(PLUGIN_ID)
    const { greeting } = await plugin.import()
    await plugin.close()
    return greeting
  },
  /** Runs the plugin, and is content with it. */
  async confirm() {
    const plugin = await dock.plugins.load(PLUGIN_ID)
    await plugin.import()
    await plugin.confirmHealthy()
    await plugin.close()
  },
  /** Starts the plugin as an app does in which this version does not start. */
  activate: (broken) =>
    dock.plugins.activate(PLUGIN_ID, async (plugin) => {
      const { greeting } = await plugin.import()
      if (plugin.version === broken) throw new Error('It does not start')
      return greeting
    }),
  versions: () => dock.plugins.versions(PLUGIN_ID),
  verify: () => dock.storage.verify(PLUGIN_ID),
  rollback: () => dock.plugins.rollback(PLUGIN_ID),
  evict: (bytesToFree) => dock.storage.evictLeastRecentlyUsed(bytesToFree),
  remove: () => dock.storage.deletePlugin(PLUGIN_ID),
  installed: () => dock.storage.getInstalledPlugins(),
  async forgetTasks() {
    await dock.downloads.dismissSettled()
  },
  /** From then on the service worker answers this page. */
  serve,
  async render() {
    return render(await dock.plugins.load(PLUGIN_ID))
  },
  isServed: () => dock.capabilities.servedFiles,
  async statusOf(path) {
    return (await fetch(await (await dock.plugins.load(PLUGIN_ID)).url(path))).status
  },
  usedSpace: () => dock.storage.getUsedSpace(),
  close: () => dock.close(),
  flipStoredByte,
}

/** A `Response` of the stream would not tell why it failed. */
async function sha256(stream) {
  const pieces = []
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(pieces).arrayBuffer()))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function readsIntoBuffers() {
  const { body } = await fetch(location.href)
  try {
    await body.getReader({ mode: 'byob' }).cancel()
    return true
  } catch {
    return false
  }
}

async function answer({ id, name, args }) {
  try {
    return { id, value: await commands[name](...args) }
  } catch (error) {
    return { id, error: { name: error.name, code: error.code, message: error.message } }
  }
}

function tell(told) {
  return fetch('/answers', { method: 'POST', body: JSON.stringify(told) })
}

addEventListener('error', ({ message }) => tell({ broken: message }))
addEventListener('unhandledrejection', ({ reason }) => tell({ broken: String(reason?.stack ?? reason) }))

/** A browser may load a page more often than it was told to: whoever asks first is the one. */
const me = crypto.randomUUID()

async function obey() {
  for (;;) await tell(await answer(await (await fetch(`/command?page=${me}`, { cache: 'no-store' })).json()))
}

void obey()
