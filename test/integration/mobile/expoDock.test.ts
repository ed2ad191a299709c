import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PluginDock, PluginDockOptions } from '../../../src/dock/types.js'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { ExpoDocks } from '../../../src/hosts/expo/expoDocks.js'
import {
  buildPlugin,
  createScriptedOrigin,
  publishOn,
  redirect,
  type ScriptedOrigin,
  stall,
} from '../../../src/testing/index.js'
import { createFakeExpo, type FakeExpo, type FakeExpoOptions } from './fakeExpo.js'

const CHUNK = 64 * 1024
const OPTIONS: PluginDockOptions = {
  connectionsPerDownload: 1,
  retry: { baseDelayMs: 1, maxDelayMs: 1 },
  timeouts: { stallMs: 600_000 },
}

let root: string
let origin: ScriptedOrigin
let expo: FakeExpo
let docks: ExpoDocks
let opened: PluginDock[]

/** A process of the app: nothing of another's memory. */
function startApp(options: Partial<FakeExpoOptions> = {}): void {
  expo = createFakeExpo({ directory: root, fetch: origin.fetch, ...options })
  docks = new ExpoDocks(() => expo)
}

/** The one before is told nothing: it stands where it stood, and knows nothing of this one. */
async function startAnotherProcess(): Promise<void> {
  startApp()
  vi.resetModules()
  const fresh = await import('../../../src/hosts/expo/expoDocks.js')
  docks = new fresh.ExpoDocks(() => expo)
}

async function open(options: PluginDockOptions = OPTIONS): Promise<PluginDock> {
  const dock = await docks.open(options)
  opened.push(dock)
  return dock
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugdock-test-'))
  origin = createScriptedOrigin()
  opened = []
  startApp()
})
afterEach(async () => {
  for (const dock of opened) await dock.close()
  rmSync(root, { recursive: true, force: true })
})

const bundlesOnDisk = () => readdirSync(join(root, 'plugdock/plugdock/bundles'))
const rangesAsked = (path: string) =>
  origin.requests.filter((request) => request.path === path).map(({ headers }) => headers.range)

/** Settles when a download is so. */
async function until(dock: PluginDock, isSo: (progress: DownloadProgress) => boolean): Promise<void> {
  await firstValueFrom(dock.downloads.watchAll().pipe(filter((all) => all.some(isSo))))
}

async function read(dock: PluginDock, pluginId: string): Promise<Uint8Array> {
  const plugin = await dock.plugins.load(pluginId)
  try {
    return await plugin.read()
  } finally {
    await plugin.close()
  }
}

describe('a dock in an Expo app', () => {
  it('install, cut, close, reopen, update, roll back -> right bytes, no chunk fetched twice, nothing left over', async () => {
    const first = await buildPlugin({ version: '1.0.0', size: 10 * CHUNK })
    const second = await buildPlugin({ version: '1.1.0', size: 10 * CHUNK })
    const url = publishOn(origin, first)
    const path = `/acme.charts/${first.manifest.bundle.urls[0]}`
    origin.script(path, stall(4 * CHUNK))
    const dock = await open()
    const task = await dock.downloads.startDownload(url)
    await origin.next('stall', path)
    await dock.close()
    await task.finished.catch(() => {})
    startApp()
    const again = await open()
    await until(again, ({ state }) => state === 'installed')
    expect(Buffer.compare(await read(again, 'acme.charts'), first.bytes)).toBe(0)
    expect(origin.bytesSent(path)).toBeLessThanOrEqual(first.bytes.length + CHUNK)

    publishOn(origin, second)
    await (await again.downloads.startDownload(url)).finished
    expect(Buffer.compare(await read(again, 'acme.charts'), second.bytes)).toBe(0)
    expect(await again.plugins.rollback('acme.charts')).toMatchObject({ version: '1.0.0' })
    expect(Buffer.compare(await read(again, 'acme.charts'), first.bytes)).toBe(0)
    await again.storage.deletePlugin('acme.charts')
    await again.storage.cleanupOldVersions()
    await again.storage.collectOrphans()
    await again.close()
    expect(bundlesOnDisk().filter((name) => name.includes('.1.bundle')).length).toBeLessThan(2)
    expect(expo.files.openHandles).toBe(0)
  })

  it.each([0, 1, 4, 9])(
    'killed with %s chunks on the device -> the next process fetches the rest, and at most one again',
    async (chunks) => {
      const plugin = await buildPlugin({ size: 10 * CHUNK })
      const path = `/acme.charts/${plugin.manifest.bundle.urls[0]}`
      origin.script(path, stall(chunks * CHUNK + 1000))
      const dock = await open()
      await dock.downloads.startDownload(publishOn(origin, plugin))
      await origin.next('stall', path)
      // what nobody has read yet lies in no app
      await until(dock, ({ bytesDownloaded }) => bytesDownloaded >= chunks * CHUNK)
      await startAnotherProcess()
      const again = await open()
      await until(again, ({ state }) => state === 'installed')
      expect(Buffer.compare(await read(again, 'acme.charts'), plugin.bytes)).toBe(0)
      expect(origin.bytesSent(path)).toBeLessThanOrEqual(plugin.bytes.length + CHUNK)
    },
  )

  it('a byte of the bundle flips on the device -> what is read is right, or nothing is', async () => {
    const plugin = await buildPlugin({ size: 4 * CHUNK })
    const dock = await open()
    await (await dock.downloads.startDownload(publishOn(origin, plugin))).finished
    const [name = ''] = bundlesOnDisk()
    const file = join(root, 'plugdock/plugdock/bundles', name)
    const bytes = readFileSync(file)
    bytes[CHUNK + 5] = (bytes[CHUNK + 5] ?? 0) ^ 1
    writeFileSync(file, bytes)
    expect(Buffer.compare(await read(dock, 'acme.charts'), plugin.bytes)).toBe(0)
  })

  it('a module of a plugin is imported -> unsupported, with what to do; the version is not to blame', async () => {
    const plugin = await buildPlugin({ bytes: new TextEncoder().encode('export const answer = 42') })
    const dock = await open()
    await (await dock.downloads.startDownload(publishOn(origin, plugin))).finished
    const loaded = await dock.plugins.load('acme.charts')
    await expect(loaded.import()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('read() or text()'),
    })
    await expect(loaded.url()).rejects.toMatchObject({ code: 'unsupported' })
    expect(await loaded.text()).toContain('answer')
    await loaded.close()
    expect(await dock.plugins.versions('acme.charts')).toMatchObject([{ role: 'active', version: '1.0.0' }])
  })

  it('a redirect -> followed hop by hop, and what is not allowed is never asked', async () => {
    const plugin = await buildPlugin()
    const url = publishOn(origin, plugin)
    const path = `/acme.charts/${plugin.manifest.bundle.urls[0]}`
    origin.script(path, redirect('http://elsewhere.test/file'))
    const dock = await open({ ...OPTIONS, retry: { maxAttempts: 1 } })
    await expect((await dock.downloads.startDownload(url)).finished).rejects.toMatchObject({ code: 'untrusted-origin' })
  })

  it('a second dock in the same app -> locked, and free when the first is closed', async () => {
    const dock = await open()
    await expect(docks.open(OPTIONS)).rejects.toMatchObject({ code: 'locked' })
    await dock.close()
    await (await open()).close()
  })

  it('mobile data, and the policy says to wait -> the download waits; on Wi-Fi it goes on by itself', async () => {
    startApp({ network: { type: 'CELLULAR', isConnected: true } })
    const plugin = await buildPlugin()
    const dock = await open({ ...OPTIONS, bandwidth: { onMetered: 'wait' } })
    const task = await dock.downloads.startDownload(publishOn(origin, plugin), { initiator: 'automatic' })
    await until(dock, ({ waitingFor }) => waitingFor?.code === 'metered')
    expect(rangesAsked(`/acme.charts/${plugin.manifest.bundle.urls[0]}`)).toEqual([])
    expo.changeNetwork({ type: 'WIFI', isConnected: true })
    await task.finished
  })

  it('no network -> the download waits; with one it goes on by itself', async () => {
    startApp({ network: { type: 'NONE', isConnected: false } })
    const dock = await open()
    const task = await dock.downloads.startDownload(publishOn(origin, await buildPlugin()))
    await until(dock, ({ waitingFor }) => waitingFor?.code === 'offline')
    expect(origin.requests).toEqual([])
    expo.changeNetwork({ type: 'WIFI', isConnected: true })
    await task.finished
  })

  it('a bundle without chunks -> the whole digest decides', async () => {
    const plugin = await buildPlugin({ chunkLengths: 'none', size: 100_000 })
    const dock = await open()
    await (await dock.downloads.startDownload(publishOn(origin, plugin))).finished
    expect(Buffer.compare(await read(dock, 'acme.charts'), plugin.bytes)).toBe(0)
  })
})

describe('the background task of an Expo app', () => {
  it.each([
    ['android', 'workManager'],
    ['ios', 'bgTask'],
  ])('on %s -> the dock says %s', async (os, background) => {
    startApp({ os })
    expect((await open()).capabilities.background).toBe(background)
  })

  it('the system runs no tasks -> none, and registering says so', async () => {
    startApp({ backgroundStatus: 1 })
    docks.defineBackgroundTask({})
    expect((await open()).capabilities.background).toBe('none')
    expect(await docks.registerBackgroundTask({})).toBe(false)
    expect(expo.registered.size).toBe(0)
  })

  it('registered -> with its interval; unregistered -> gone; what is not defined is refused', async () => {
    await expect(docks.registerBackgroundTask({})).rejects.toMatchObject({ code: 'unsupported' })
    docks.defineBackgroundTask({})
    expect(await docks.registerBackgroundTask({ minimumIntervalMinutes: 60 })).toBe(true)
    expect(expo.registered.get('plugdock')).toEqual({ minimumInterval: 60 })
    await docks.unregisterBackgroundTask()
    expect(expo.registered.size).toBe(0)
  })

  it('nothing to do -> it ends at once, and leaves no dock open', async () => {
    docks.defineBackgroundTask({ dock: OPTIONS })
    expect(await expo.runTask()).toBe(1)
    await (await open()).close()
  })

  it('expired in the middle, and run again -> each slice goes on where the one before was, and no chunk comes twice', async () => {
    const plugin = await buildPlugin({ size: 20 * CHUNK })
    const path = `/acme.charts/${plugin.manifest.bundle.urls[0]}`
    origin.script(path, stall(5 * CHUNK), stall(5 * CHUNK), stall(5 * CHUNK))
    const dock = await open()
    await dock.downloads.startDownload(publishOn(origin, plugin))
    await origin.next('stall', path)
    await dock.close()
    for (const _ of [1, 2]) {
      startApp({ appState: 'background' })
      docks.defineBackgroundTask({ dock: OPTIONS })
      const stalled = origin.next('stall', path)
      const slice = expo.runTask()
      await stalled
      expo.expireTasks()
      expect(await slice).toBe(1)
    }
    startApp({ appState: 'background' })
    docks.defineBackgroundTask({ dock: OPTIONS })
    expect(await expo.runTask()).toBe(1)
    const starts = rangesAsked(path).map((range) => Number(/bytes=(\d+)/.exec(range ?? '')?.[1]))
    expect(starts).toEqual([0, 5, 10, 15].map((chunks) => chunks * CHUNK))
    expect(origin.bytesSent(path)).toBe(plugin.bytes.length)
    const shown = await open()
    expect(Buffer.compare(await read(shown, 'acme.charts'), plugin.bytes)).toBe(0)
  })

  it('the app comes to the front while a slice runs -> the slice ends, and the app goes on from there', async () => {
    const plugin = await buildPlugin({ size: 20 * CHUNK })
    const path = `/acme.charts/${plugin.manifest.bundle.urls[0]}`
    const before = await open()
    origin.script(path, stall(CHUNK), stall(CHUNK))
    await before.downloads.startDownload(publishOn(origin, plugin))
    await origin.next('stall', path)
    await before.close()
    docks.defineBackgroundTask({ dock: OPTIONS })
    const stalled = origin.next('stall', path)
    const slice = expo.runTask()
    await stalled
    const dock = await open()
    expect(await slice).toBe(1)
    await until(dock, ({ state }) => state === 'installed')
    expect(origin.bytesSent(path)).toBe(plugin.bytes.length)
  })

  it('the app has its dock open -> the slice lets that one go on, and does not close it', async () => {
    const plugin = await buildPlugin()
    const path = `/acme.charts/${plugin.manifest.bundle.urls[0]}`
    docks.defineBackgroundTask({ dock: OPTIONS })
    const dock = await open()
    origin.script(path, stall(CHUNK))
    const task = await dock.downloads.startDownload(publishOn(origin, plugin))
    await origin.next('stall', path)
    const slice = expo.runTask()
    origin.release(path)
    await task.finished
    expect(await slice).toBe(1)
    expect(await dock.storage.getInstalledPlugins()).toHaveLength(1)
  })

  it.each([
    ['there was no network', { type: 'NONE', isConnected: false }, 'offline'],
    ['there was mobile data only', { type: 'CELLULAR', isConnected: true }, 'metered'],
  ])('%s when the app ended -> the next slice with another network installs', async (_, network, code) => {
    const options: PluginDockOptions = { ...OPTIONS, bandwidth: { onMetered: 'wait' } }
    const plugin = await buildPlugin()
    startApp({ network })
    const dock = await open(options)
    await dock.downloads.startDownload(publishOn(origin, plugin), { initiator: 'automatic' })
    await until(dock, ({ waitingFor }) => waitingFor?.code === code)
    await dock.close()
    startApp({ appState: 'background' })
    docks.defineBackgroundTask({ dock: options })
    expect(await expo.runTask()).toBe(1)
    const shown = await open(options)
    expect(await shown.storage.getInstalledPlugins()).toHaveLength(1)
  })

  it('run twice at once, and the store cannot be opened -> both failed', async () => {
    writeFileSync(join(root, 'plugdock'), 'a file where the folder should be')
    docks.defineBackgroundTask({ dock: OPTIONS })
    expect(await Promise.all([expo.runTask(), expo.runTask()])).toEqual([2, 2])
  })

  it('the store cannot be opened -> the task failed', async () => {
    writeFileSync(join(root, 'plugdock'), 'a file where the folder should be')
    docks.defineBackgroundTask({ dock: OPTIONS })
    expect(await expo.runTask()).toBe(2)
  })
})
