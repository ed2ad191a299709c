/** An app that the test tells what to do. */
import { createPluginDock } from 'plugdock/browser'

const PLUGIN = 'acme.charts'
const imports = { palette: async () => ({ ink: 'navy', made: Math.random() }) }
let opening
let dock

async function serve() {
  await navigator.serviceWorker.register('./sw.js')
  await navigator.serviceWorker.ready
  if (navigator.serviceWorker.controller) return
  await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
}

async function open() {
  opening = createPluginDock({ imports, storage: { keepPreviousVersions: 1 } })
  dock = await opening
  return dock.capabilities
}

const isServed = () => dock.capabilities.servedFiles

async function install(manifest) {
  const installed = await (await dock.downloads.startDownload(manifest)).finished
  return installed.address
}

/** What the plugin says of itself, rendered into the page. */
async function render() {
  const plugin = await (await opening).plugins.load(PLUGIN)
  const module = await plugin.import()
  const again = await (await (await opening).plugins.load(PLUGIN)).import()
  const rendered = await module.render(document.getElementById('stage'), await plugin.url('worker.js'))
  return { ...rendered, isOneInstance: module === again }
}

async function urlOf(path) {
  return (await (await opening).plugins.load(PLUGIN)).url(path)
}

async function importUrl(url) {
  return import(/* @vite-ignore */ url)
}

/** What a function that a module exports answers. */
async function callOf(url, name, argument) {
  return (await importUrl(url))[name](argument)
}

async function wordOf(url) {
  return (await importUrl(url)).word
}

async function get(url, init) {
  const answer = await fetch(url, init)
  const text = await answer.text().catch((error) => `broken: ${error.name}`)
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text }
}

async function remove() {
  await (await opening).storage.deletePlugin(PLUGIN)
}

async function evict() {
  return (await opening).storage.evictLeastRecentlyUsed(1)
}

async function confirm() {
  await (await (await opening).plugins.load(PLUGIN)).confirmHealthy()
}

async function close() {
  await (await opening).close()
}

/** Flips one byte of the stored bundle, as a disk does that rots. */
async function flip(address, offset) {
  const root = await navigator.storage.getDirectory()
  const folder = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  const file = await (await folder.getDirectoryHandle('bundles')).getFileHandle(address)
  const byte = new Uint8Array(await (await file.getFile()).slice(offset, offset + 1).arrayBuffer())[0]
  const writable = await whenUnread(() => file.createWritable({ keepExistingData: true }))
  await writable.write({ type: 'write', position: offset, data: Uint8Array.of(byte ^ 0xff) })
  await writable.close()
}

/** A handle that was read through is kept for a moment. */
async function whenUnread(open) {
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (error.name !== 'NoModificationAllowedError') throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function files() {
  const root = await navigator.storage.getDirectory()
  const folder = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  const names = []
  for await (const name of (await folder.getDirectoryHandle('bundles')).keys()) names.push(name)
  return names
}

Object.assign(globalThis, {
  app: {
    serve,
    open,
    isServed,
    install,
    render,
    urlOf,
    callOf,
    wordOf,
    get,
    remove,
    evict,
    confirm,
    close,
    flip,
    files,
  },
})
