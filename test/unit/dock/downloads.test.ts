import { afterEach, describe, expect, it } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import type { PluginDock } from '../../../src/dock/types.js'
import {
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  createVirtualClock,
  dropAfter,
  publishOn,
} from '../../../src/testing/index.js'

const docks: PluginDock[] = []
afterEach(async () => {
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
})

async function setUp(options: Parameters<typeof createPluginDockOn>[1] = {}) {
  const clock = createVirtualClock()
  const origin = createScriptedOrigin()
  const host = createMemoryHost({ origin, clock })
  const open = async () => {
    const dock = await createPluginDockOn(host, options)
    docks.push(dock)
    return dock
  }
  return { clock, origin, host, open, dock: await open() }
}

describe('a download', () => {
  it('with chunks -> installed, byte-identical', async () => {
    const { origin, dock } = await setUp()
    const plugin = await buildPlugin()
    const task = await dock.downloads.startDownload(publishOn(origin, plugin))
    const installed = await task.finished
    expect(installed).toMatchObject({
      pluginId: 'acme.charts',
      version: '1.0.0',
      sizeBytes: 300_000,
      health: 'untried',
    })
    expect(task.progress).toMatchObject({ state: 'installed', bytesDownloaded: 300_000, totalBytes: 300_000 })
    const loaded = await dock.plugins.load('acme.charts')
    expect(Buffer.from(await loaded.read()).equals(Buffer.from(plugin.bytes))).toBe(true)
    await loaded.close()
  })

  it('without chunks -> installed, byte-identical', async () => {
    const { origin, dock } = await setUp()
    const plugin = await buildPlugin({ chunkLengths: 'none' })
    const task = await dock.downloads.startDownload(publishOn(origin, plugin))
    await task.finished
    const loaded = await dock.plugins.load('acme.charts')
    expect(Buffer.from(await loaded.read()).equals(Buffer.from(plugin.bytes))).toBe(true)
    await loaded.close()
  })

  it('connection cut -> retrying, then goes on at the next byte', async () => {
    const { origin, dock, clock } = await setUp()
    const plugin = await buildPlugin()
    const url = publishOn(origin, plugin)
    origin.script('/acme.charts/acme.charts-1.0.0.bin', dropAfter(100_000))
    const task = await dock.downloads.startDownload(url)
    await clock.settle()
    expect(task.progress).toMatchObject({
      state: 'retrying',
      attempt: 2,
      waitingFor: { code: 'backoff', cause: 'cut' },
    })
    await clock.advance(2000)
    await task.finished
    expect(task.progress.bytesTransferred).toBe(300_000)
  })
})
