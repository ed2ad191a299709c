/** An app whose dock a test works, under `installation`. */
import { createPluginDock } from 'plugdock/browser'

const PLUGIN_ID = 'acme.charts'
let dock
let task

globalThis.installation = {
  /** Finds the task of an earlier dock, if there is one. */
  async open() {
    dock = await createPluginDock({ retry: { baseDelayMs: 1, factor: 1, jitter: 'none' } })
    task = dock.downloads.getTasks()[0]
  },
  async start(manifest) {
    task = await dock.downloads.startDownload(manifest)
  },
  /** Settles once so many bytes of the bundle are written. */
  untilDownloaded(bytes) {
    return new Promise((resolve) => {
      dock.downloads.watchProgress(task.id).subscribe(({ bytesDownloaded }) => bytesDownloaded >= bytes && resolve())
    })
  },
  /** A code where it failed; else the digests of what lies in the store, and of what `load` hands out. */
  async outcome() {
    try {
      await task.finished
    } catch (error) {
      return { code: error.code }
    }
    const loaded = await dock.plugins.load(PLUGIN_ID)
    const read = await loaded.read()
    await loaded.close()
    const files = await filesIn('bundles')
    const stored = await Promise.all(files.map(async (file) => (await file.getFile()).arrayBuffer()))
    return { digests: await Promise.all([read, ...stored].map(sha256)) }
  },
  progress: () => dock.downloads.getTask(task.id).progress,
  close: () => dock.close(),
  /** Flips the bits of one byte of the partial; returns what it was. */
  async rot(offset) {
    const [partial] = await filesIn('partials')
    const [byte] = new Uint8Array(await (await partial.getFile()).slice(offset, offset + 1).arrayBuffer())
    const writable = await partial.createWritable({ keepExistingData: true })
    await writable.write({ type: 'write', position: offset, data: new Uint8Array([byte ^ 0xff]) })
    await writable.close()
    return byte
  },
}

async function filesIn(folder) {
  const root = await navigator.storage.getDirectory()
  const store = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  const files = []
  for await (const file of (await store.getDirectoryHandle(folder)).values()) files.push(file)
  return files
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
