/** An app: installs what the address names, goes on where it was killed, and tells the test what it has. */
import { createPluginDock } from 'plugdock/browser'
import { tell, tellError } from './tell.js'

run().then(tell, tellError)

async function run() {
  const dock = await createPluginDock()
  const task = await dock.downloads.startDownload(new URLSearchParams(location.search).get('manifest'))
  await task.finished
  const loaded = await dock.plugins.load('acme.charts')
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await loaded.read()))
  await loaded.close()
  await dock.close()
  return { sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''), files: await filesOf() }
}

async function filesOf() {
  const root = await navigator.storage.getDirectory()
  const dock = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  const names = []
  for (const folder of ['bundles', 'partials']) {
    for await (const name of (await dock.getDirectoryHandle(folder)).keys()) names.push(`${folder}/${name}`)
  }
  return names
}
