import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import { equalBytes } from '../../src/domain/bytes.js'
import { createPluginDock, type PluginDock } from '../../src/hosts/browser/index.js'
import { buildPlugin, type PluginBuild } from '../../src/testing/index.js'

let origin: string
let name: string
const docks: PluginDock[] = []

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = `test-${crypto.randomUUID()}`
})
afterEach(async () => {
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
  await commands.closeOrigin(origin)
})

async function open(): Promise<PluginDock> {
  const dock = await createPluginDock({ name })
  docks.push(dock)
  return dock
}

async function expectBytesOf(dock: PluginDock, build: PluginBuild = {}) {
  const { bytes } = await buildPlugin(build)
  const loaded = await dock.plugins.load('acme.charts')
  expect(equalBytes(await loaded.read(), bytes)).toBe(true)
  await loaded.close()
}

describe('a dock in a page', () => {
  it('with chunks -> installed, byte-identical', async () => {
    const dock = await open()
    expect(dock.capabilities.bundleStore).toBe('opfs')
    const task = await dock.downloads.startDownload(await commands.publish(origin, {}))
    await task.finished
    expect(task.progress).toMatchObject({ state: 'installed', bytesDownloaded: 300_000, bytesTransferred: 300_000 })
    await expectBytesOf(dock)
  })
})
