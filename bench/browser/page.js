/** The works, called from outside: each answers how long it took, and for how many bytes. */
import localforage from 'localforage'
import { createPluginDock } from '../../dist/src/hosts/browser/index.js'

const MIB = 1024 * 1024
const CHUNK_BYTES = 128 * 1024
const docks = new Map()
const plainWorker = new Worker(new URL('./plain.worker.js', import.meta.url), { type: 'module' })
const withoutHandles = () => new Worker(new URL('./withoutHandles.worker.js', import.meta.url), { type: 'module' })

globalThis.works = {
  plain,
  openDock,
  closeDock,
  install,
  installAll,
  uninstall,
  verify,
  streamAll,
  readSmall,
  digestInMemory,
  localforageChunks,
  cachePut,
}

function plain(name, ...args) {
  return new Promise((resolve, reject) => {
    plainWorker.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data.value))
    plainWorker.postMessage({ name, args })
  })
}

async function openDock(name, { readsFiles = false, ...options } = {}) {
  docks.set(name, await createPluginDock({ name, ...options, ...(readsFiles ? { worker: withoutHandles } : {}) }))
}

async function closeDock(name) {
  await docks.get(name).close()
  docks.delete(name)
}

async function install(name, url) {
  return timed(async () => {
    const task = await docks.get(name).downloads.startDownload(url)
    await task.finished
    return task.progress.bytesDownloaded
  })
}

async function installAll(name, urls) {
  return timed(async () => {
    const { downloads } = docks.get(name)
    const tasks = await Promise.all(urls.map((url) => downloads.startDownload(url)))
    await Promise.all(tasks.map(({ finished }) => finished))
    return tasks.reduce((sum, { progress }) => sum + progress.bytesDownloaded, 0)
  })
}

async function uninstall(name) {
  const { storage, downloads } = docks.get(name)
  for (const { pluginId } of await storage.getInstalledPlugins()) await storage.deletePlugin(pluginId)
  await downloads.dismissSettled()
}

function verify(name, pluginId) {
  return timed(async () => {
    const { ok, chunksChecked } = await docks.get(name).storage.verify(pluginId)
    if (!ok) throw new Error('Stored bytes are damaged')
    return chunksChecked * CHUNK_BYTES
  })
}

async function streamAll(name, pluginId) {
  const plugin = await docks.get(name).plugins.load(pluginId)
  try {
    return await timed(async () => {
      let bytes = 0
      const reader = plugin.stream().getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length
      return bytes
    })
  } finally {
    await plugin.close()
  }
}

/** From `load` to the bytes of one file. */
async function readSmall(name, pluginId) {
  let plugin
  const read = await timed(async () => {
    plugin = await docks.get(name).plugins.load(pluginId)
    return (await plugin.read()).length
  })
  await plugin.close()
  return read
}

/** SHA-256 of as many pieces as the bundle has chunks, all in memory. */
function digestInMemory(bytes) {
  const piece = crypto.getRandomValues(new Uint8Array(64 * 1024))
  const memory = new Uint8Array(64 * MIB)
  for (let at = 0; at < memory.length; at += piece.length) memory.set(piece, at)
  return timed(async () => {
    for (let done = 0; done < bytes; done += CHUNK_BYTES) {
      const at = done % memory.length
      await crypto.subtle.digest('SHA-256', memory.subarray(at, at + CHUNK_BYTES))
    }
    return bytes
  })
}

/** The obvious way: chunks of 1 MiB, each digested and kept by localforage, on the page. */
async function localforageChunks(url) {
  const store = localforage.createInstance({ name: 'obvious' })
  const result = await timed(async () => {
    const { body } = await fetch(url, { cache: 'no-store' })
    const reader = body.getReader()
    let chunk = new Uint8Array(MIB)
    let filled = 0
    let bytes = 0
    const keep = async () => {
      const whole = chunk.subarray(0, filled)
      await crypto.subtle.digest('SHA-256', whole)
      await store.setItem(`chunk-${bytes}`, whole.slice().buffer)
      bytes += filled
      filled = 0
    }
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      for (let at = 0; at < read.value.length; ) {
        const part = read.value.subarray(at, at + MIB - filled)
        chunk.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === MIB) await keep()
      }
    }
    if (filled > 0) await keep()
    chunk = undefined
    return bytes
  })
  await localforage.dropInstance({ name: 'obvious' })
  return result
}

async function cachePut(url) {
  const cache = await caches.open('bench')
  const result = await timed(async () => {
    const response = await fetch(url, { cache: 'no-store' })
    await cache.put('/kept', response)
    return Number(response.headers.get('content-length'))
  })
  await caches.delete('bench')
  return result
}

async function timed(work) {
  const startedAt = performance.now()
  const bytes = await work()
  return { ms: performance.now() - startedAt, bytes }
}
