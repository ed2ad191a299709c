import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { ExpoDocks } from '../../../src/hosts/expo/expoDocks.js'
import {
  type BuiltPlugin,
  buildPlugin,
  createScriptedOrigin,
  publishOn,
  type ScriptedOrigin,
  stall,
} from '../../../src/testing/index.js'
import { createFakeExpo } from './fakeExpo.js'
import { becomePhone } from './phoneEngine.js'

const CHUNK = 64 * 1024

let root: string
let origin: ScriptedOrigin
let plugins: readonly BuiltPlugin[]
let dock: PluginDock
let leavePhone: () => void

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'plugdock-test-'))
  origin = createScriptedOrigin()
  const versions = ['1.0.0', '1.1.0']
  plugins = await Promise.all(versions.map((version) => buildPlugin({ version, size: 10 * CHUNK })))
  leavePhone = becomePhone()
  const expo = createFakeExpo({ directory: root, fetch: origin.fetch })
  dock = await new ExpoDocks(() => expo).open({ connectionsPerDownload: 1 })
})
afterEach(async () => {
  await dock.close()
  leavePhone()
  rmSync(root, { recursive: true, force: true })
})

function pluginAt(at: number): BuiltPlugin {
  const plugin = plugins[at]
  if (!plugin) throw new Error(`No plugin was built at ${at}`)
  return plugin
}

it('an engine without WebAssembly, WebCrypto and reasons of aborts -> install, pause, resume, update, read, roll back', async () => {
  expect([typeof WebAssembly, typeof crypto]).toEqual(['undefined', 'undefined'])
  const first = pluginAt(0)
  const url = publishOn(origin, first)
  const path = `/acme.charts/${first.manifest.bundle.urls[0]}`
  origin.script(path, stall(2 * CHUNK))
  const task = await dock.downloads.startDownload(url)
  await origin.next('stall', path)
  await dock.downloads.pauseDownload(task.id)
  await dock.downloads.resumeDownload(task.id)
  await task.finished
  publishOn(origin, pluginAt(1))
  await (await dock.downloads.startDownload(url)).finished
  const loaded = await dock.plugins.load('acme.charts')
  expect(Buffer.compare(await loaded.read(), pluginAt(1).bytes)).toBe(0)
  await loaded.close()
  expect(await dock.plugins.rollback('acme.charts')).toMatchObject({ version: '1.0.0' })
})

it('cancelled in the middle -> cancelled, and its bytes are gone', async () => {
  const url = publishOn(origin, pluginAt(0))
  const path = `/acme.charts/${pluginAt(0).manifest.bundle.urls[0]}`
  origin.script(path, stall(2 * CHUNK))
  const task = await dock.downloads.startDownload(url)
  await origin.next('stall', path)
  await dock.downloads.cancelDownload(task.id)
  await expect(task.finished).rejects.toMatchObject({ code: 'cancelled' })
  expect(await dock.storage.collectOrphans({ dryRun: true })).toMatchObject({ items: [] })
})

it('a blob is asked for -> unsupported, with what to do', async () => {
  await (await dock.downloads.startDownload(publishOn(origin, pluginAt(0)))).finished
  const loaded = await dock.plugins.load('acme.charts')
  await expect(loaded.blob()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('read()') })
  await loaded.close()
})
