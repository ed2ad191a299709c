import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { commands } from 'vitest/browser'
import type { BrowserPluginDockOptions } from '../../src/hosts/browser/index.js'
import { createPluginDock, type DownloadTask, type PluginDock } from '../../src/hosts/browser/index.js'
import { freshName, removeFolderOf } from './engineWorker.js'

const SIZE = 300_000

let origin: string
let name: string
const docks: PluginDock[] = []

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
  await commands.closeOrigin(origin)
  await removeFolderOf(name)
})

async function open(options: BrowserPluginDockOptions = {}): Promise<PluginDock> {
  const dock = await createPluginDock({ name, ...options })
  docks.push(dock)
  return dock
}

async function start(dock: PluginDock, id: string, initiator: 'user' | 'automatic' = 'user'): Promise<DownloadTask> {
  return dock.downloads.startDownload(await commands.publish(origin, { id }), { initiator })
}

async function install(dock: PluginDock, id: string): Promise<void> {
  await (await start(dock, id)).finished
}

const idsOf = async (dock: PluginDock): Promise<string[]> =>
  (await dock.storage.getInstalledPlugins()).map(({ pluginId }) => pluginId).sort()

it('room for two, a third comes -> what was used longest ago goes, record and bytes', async () => {
  const dock = await open({ storage: { budgetBytes: 2 * SIZE } })
  for (const id of ['acme.a', 'acme.b', 'acme.c']) await install(dock, id)
  expect(await idsOf(dock)).toEqual(['acme.b', 'acme.c'])
  expect(await dock.storage.collectOrphans({ dryRun: true })).toMatchObject({ items: [] })
  expect(await dock.storage.getUsedSpace()).toBeLessThan(2 * SIZE + 10_000)
})

it('what fills the room is in use in another page -> waits, and goes on when that page closes it', async () => {
  const dock = await open({ storage: { budgetBytes: SIZE } })
  await install(dock, 'acme.a')
  const other = await open()
  const loaded = await other.plugins.load('acme.a')
  const task = await start(dock, 'acme.b')
  await vi.waitFor(() => expect(task.progress.state).toBe('awaitingSpace'), 5000)
  expect(task.progress.waitingFor).toMatchObject({ code: 'space', bytesNeeded: SIZE, plan: { sufficient: false } })
  await dock.storage.evictLeastRecentlyUsed(SIZE)
  expect(await loaded.read()).toHaveLength(SIZE)
  await loaded.close()
  await task.finished
  expect(await idsOf(dock)).toEqual(['acme.b'])
})

it('a person installs -> the browser is asked once to keep it, and capabilities tell what it said', async () => {
  vi.spyOn(navigator.storage, 'persisted').mockResolvedValue(false)
  const persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(true)
  const dock = await open()
  await (await start(dock, 'acme.a', 'automatic')).finished
  expect(persist).not.toHaveBeenCalled()
  expect(dock.capabilities.persistent).toBe(false)
  for (const id of ['acme.b', 'acme.c']) await install(dock, id)
  expect(persist).toHaveBeenCalledTimes(1)
  await vi.waitFor(() => expect(dock.capabilities.persistent).toBe(true))
})

it('a person asks that plugins are kept -> the browser is asked again, and what it says is told', async () => {
  vi.spyOn(navigator.storage, 'persisted').mockResolvedValue(false)
  const persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(false)
  const dock = await open()
  await install(dock, 'acme.a')
  await vi.waitFor(() => expect(persist).toHaveBeenCalledTimes(1))
  expect(await dock.storage.persist?.()).toBe(false)
  persist.mockResolvedValue(true)
  const told = vi.fn()
  dock.storage.changes.subscribe(told)
  expect(await dock.storage.persist?.()).toBe(true)
  expect(persist).toHaveBeenCalledTimes(3)
  expect(dock.capabilities.persistent).toBe(true)
  expect(told).toHaveBeenCalled()
})

it('the browser throws where it is asked -> installed all the same', async () => {
  vi.spyOn(navigator.storage, 'persisted').mockRejectedValue(new TypeError('no'))
  vi.spyOn(navigator.storage, 'persist').mockRejectedValue(new TypeError('no'))
  const dock = await open()
  await install(dock, 'acme.a')
  expect(dock.capabilities.persistent).toBeUndefined()
})
