import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPluginDockOn } from 'plugdock'
import { buildPlugin, corrupt, createMemoryHost, createScriptedOrigin, dropAfter, publishOn } from 'plugdock/testing'
import { installCharts } from './yourApp.js'

async function shop() {
  const origin = createScriptedOrigin()
  const plugin = await buildPlugin({ id: 'acme.charts', size: 600_000 })
  const manifestUrl = publishOn(origin, plugin)
  const bundlePath = `/acme.charts/${plugin.manifest.bundle.urls[0]}`
  const host = createMemoryHost({ origin })
  const dock = await createPluginDockOn(host, { retry: { baseDelayMs: 1 } })
  return { origin, host, dock, manifestUrl, bundlePath }
}

test('the connection is cut, and a part comes damaged -> installed all the same', async () => {
  const { origin, dock, manifestUrl, bundlePath } = await shop()
  origin.script(bundlePath, dropAfter(100_000), corrupt(200_000))
  const installed = await installCharts(dock, manifestUrl)
  assert.equal(installed.pluginId, 'acme.charts')
  await dock.close()
})

test('the network goes -> your app is told why nothing moves, and it goes on by itself', async () => {
  const { host, dock, manifestUrl } = await shop()
  host.conditions.change({ online: false })
  const installing = installCharts(dock, manifestUrl)
  const waiting = await new Promise((resolve) => {
    dock.downloads.watchAll().subscribe(([first]) => first?.waitingFor && resolve(first.waitingFor.code))
  })
  assert.equal(waiting, 'offline')
  host.conditions.change({ online: true })
  await installing
  await dock.close()
})

test('the page dies in the middle -> the next one goes on with the same bytes', async () => {
  const { origin, host, dock, manifestUrl, bundlePath } = await shop()
  origin.script(bundlePath, dropAfter(300_000))
  const task = await dock.downloads.startDownload(manifestUrl)
  await new Promise<void>((resolve) => {
    dock.downloads.watchProgress(task.id).subscribe(({ state }) => state === 'retrying' && resolve())
  })
  host.crash()
  const next = await createPluginDockOn(host)
  await next.downloads.getTask(task.id)?.finished
  assert.deepEqual(
    (await next.storage.getInstalledPlugins()).map(({ pluginId }) => pluginId),
    ['acme.charts'],
  )
  await next.close()
})
