import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import { equalBytes } from '../../src/domain/bytes.js'
import type { BrowserPluginDockOptions } from '../../src/hosts/browser/index.js'
import {
  createPluginDock,
  type DownloadProgress,
  type DownloadTask,
  type PluginDock,
} from '../../src/hosts/browser/index.js'
import { buildPlugin, type PluginBuild } from '../../src/testing/index.js'
import { folderOf, freshName, removeFolderOf, writeForeign } from './engineWorker.js'

const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'
const BIG: PluginBuild = { size: 4_000_000 }
const AT_ONCE = { retry: { baseDelayMs: 1, jitter: 'none' } } as const

let origin: string
let name: string
const docks: PluginDock[] = []

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
  await commands.closeOrigin(origin)
  await removeFolderOf(name)
})

async function open(options: BrowserPluginDockOptions = {}): Promise<PluginDock> {
  const dock = await createPluginDock({ name, ...options })
  docks.push(dock)
  return dock
}

async function start(dock: PluginDock, build: PluginBuild = {}): Promise<DownloadTask> {
  return dock.downloads.startDownload(await commands.publish(origin, build))
}

async function expectInstalled(dock: PluginDock, build: PluginBuild = {}): Promise<void> {
  const { bytes } = await buildPlugin(build)
  const loaded = await dock.plugins.load('acme.charts')
  expect(equalBytes(await loaded.read(), bytes)).toBe(true)
  await loaded.close()
}

/** The first progress of a task that is as wanted. */
function until(
  dock: PluginDock,
  task: DownloadTask,
  isWanted: (progress: DownloadProgress) => boolean,
): Promise<DownloadProgress> {
  return new Promise((resolve) => {
    dock.downloads.watchProgress(task.id).subscribe((progress) => isWanted(progress) && resolve(progress))
  })
}

function untilTagged(dock: PluginDock, tag: 'leader' | 'follower'): Promise<void> {
  return new Promise((resolve) => {
    const look = () => dock.supervisor.getSnapshot().hasTag(tag) && resolve()
    dock.supervisor.subscribe(look)
    look()
  })
}

async function filesOf(folder: 'bundles' | 'partials'): Promise<string[]> {
  const names: string[] = []
  for await (const entry of (await folderOf(name, folder)).keys()) names.push(entry)
  return names
}

describe('a dock in a page', () => {
  it('with chunks -> installed, byte-identical, every byte fetched once', async () => {
    const dock = await open()
    expect(dock.capabilities).toMatchObject({ bundleStore: 'opfs', manyWriters: 'leader' })
    const task = await start(dock)
    expect(await task.finished).toMatchObject({ pluginId: 'acme.charts', sizeBytes: 300_000 })
    expect(task.progress).toMatchObject({ state: 'installed', bytesDownloaded: 300_000, bytesTransferred: 300_000 })
    await expectInstalled(dock)
    expect(await filesOf('partials')).toEqual([])
  })

  it('without chunks -> installed, byte-identical', async () => {
    const dock = await open()
    const task = await start(dock, { ...BIG, chunkLengths: 'none' })
    await task.finished
    await expectInstalled(dock, BIG)
  })

  it('a bundle that is not what the manifest says -> integrity, nothing installed', async () => {
    const dock = await open()
    await commands.publish(origin, { chunkLengths: 'none' })
    await commands.scriptFaults(origin, BUNDLE, [
      ['corrupt', 5],
      ['corrupt', 5],
      ['corrupt', 5],
    ])
    const task = await dock.downloads.startDownload(`${origin}/acme.charts/manifest.json`)
    await expect(task.finished).rejects.toMatchObject({ code: 'integrity' })
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
  })

  it('an entry that is code -> imported through a blob: URL', async () => {
    const dock = await open()
    const bytes = new TextEncoder().encode('export const answer = 42')
    const task = await dock.downloads.startDownload(await commands.publishCode(origin, [...bytes]))
    await task.finished
    const loaded = await dock.plugins.load('acme.charts')
    expect(await loaded.import()).toMatchObject({ answer: 42 })
    await loaded.close()
  })

  it('cut in the middle -> goes on at the next byte', async () => {
    const dock = await open(AT_ONCE)
    await commands.publish(origin, BIG)
    await commands.scriptFaults(origin, BUNDLE, [['dropAfter', 300_001]])
    const task = await start(dock, BIG)
    await task.finished
    await expectInstalled(dock, BIG)
    expect(task.progress).toMatchObject({ attempt: 2 })
    expect(task.progress.bytesTransferred).toBeLessThanOrEqual(4_000_000 + 65_536)
  })

  it('a chunk comes damaged -> only that one is fetched again', async () => {
    const dock = await open(AT_ONCE)
    await commands.publish(origin, BIG)
    await commands.scriptFaults(origin, BUNDLE, [['corrupt', 70_000]])
    const task = await start(dock, BIG)
    await task.finished
    await expectInstalled(dock, BIG)
    const requests = await commands.requestsOf(origin, BUNDLE)
    expect(requests.slice(0, 2).map(({ range }) => range)).toEqual(['bytes=0-', 'bytes=65536-131071'])
    expect(task.progress.bytesTransferred).toBe(4_000_000 + 65_536)
  })

  it('too many requests -> waits for as long as the server says, told by a field that crosses from the worker', async () => {
    const dock = await open()
    await commands.publish(origin, BIG)
    await commands.scriptFaults(origin, BUNDLE, [['busy', 3600]])
    const task = await start(dock, BIG)
    const waiting = await until(dock, task, ({ state }) => state === 'retrying')
    expect(waiting.waitingFor?.until).toBeGreaterThan(Date.now() + 3_000_000)
  })

  it('paused while bytes come -> the connection ends, and resuming fetches only the rest', async () => {
    const dock = await open()
    await commands.publish(origin, BIG)
    await commands.scriptFaults(origin, BUNDLE, [['stall', 1_500_000]])
    const task = await start(dock, BIG)
    await until(dock, task, ({ bytesTransferred }) => bytesTransferred >= 1_000_000)
    await dock.downloads.pauseDownload(task.id)
    expect(task.progress.state).toBe('paused')
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    await expectInstalled(dock, BIG)
    const [, second] = await commands.requestsOf(origin, BUNDLE)
    expect(Number(/bytes=(\d+)-/.exec(second?.range ?? '')?.[1])).toBeGreaterThan(0)
  })

  it('cancelled while bytes come -> its bytes are removed', async () => {
    const dock = await open()
    await commands.publish(origin, BIG)
    await commands.scriptFaults(origin, BUNDLE, [['stall', 1_000_000]])
    const task = await start(dock, BIG)
    await until(dock, task, ({ bytesTransferred }) => bytesTransferred > 0)
    await dock.downloads.cancelDownload(task.id)
    expect(await filesOf('partials')).toEqual([])
    expect(await filesOf('bundles')).toEqual([])
  })

  it('closed in the middle and opened again -> goes on with what is there', async () => {
    const first = await open()
    await commands.publish(origin, BIG)
    await commands.scriptFaults(origin, BUNDLE, [['stall', 2_000_000]])
    const begun = await start(first, BIG)
    await until(first, begun, ({ bytesDownloaded }) => bytesDownloaded >= 1_000_000)
    await first.close()
    const second = await open()
    const task = second.downloads.getTask(begun.id)
    await task?.finished
    await expectInstalled(second, BIG)
    const [, resumed] = await commands.requestsOf(origin, BUNDLE)
    expect(Number(/bytes=(\d+)-/.exec(resumed?.range ?? '')?.[1])).toBeGreaterThanOrEqual(1_000_000)
    expect(await filesOf('partials')).toEqual([])
  })

  it('a byte on the disk flips -> repaired as it is read: one chunk is fetched, and the file is whole again', async () => {
    const dock = await open()
    const task = await start(dock)
    const { address } = await task.finished
    const { bytes } = await buildPlugin()
    const spoilt = bytes.slice()
    spoilt[70_000] = (spoilt[70_000] ?? 0) ^ 1
    await writeForeign(await folderOf(name, 'bundles'), address, spoilt)
    const loaded = await dock.plugins.load('acme.charts')
    expect(equalBytes(await loaded.read(), bytes)).toBe(true)
    await loaded.close()
    const [, again] = await commands.requestsOf(origin, BUNDLE)
    expect(again?.range).toBe('bytes=65536-131071')
    expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: true })
    expect(await filesOf('bundles')).toEqual([address])
    expect(await filesOf('partials')).toEqual([])
  })

  it('verified once, then a byte on the disk flips -> told by the digests that its worker makes', async () => {
    const dock = await open()
    const { address } = await (await start(dock)).finished
    const told: number[] = []
    for (let times = 0; times < 2; times++) {
      expect(
        await dock.storage.verify('acme.charts', { onProgress: ({ bytesChecked }) => told.push(bytesChecked) }),
      ).toMatchObject({ ok: true, chunksChecked: 5 })
    }
    expect(told).toEqual([300_000, 300_000])
    const { bytes } = await buildPlugin()
    const spoilt = bytes.slice()
    spoilt[70_000] = (spoilt[70_000] ?? 0) ^ 1
    await writeForeign(await folderOf(name, 'bundles'), address, spoilt)
    expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: false, badChunks: [{ index: 1 }] })
    await writeForeign(await folderOf(name, 'bundles'), address, bytes.slice(0, 140_000))
    expect(await dock.storage.verify('acme.charts')).toMatchObject({
      badChunks: [{ index: 2 }, { index: 3 }, { index: 4 }],
    })
  })

  it('the browser evicted the file -> fetched again as it is loaded', async () => {
    const dock = await open()
    const { address } = await (await start(dock)).finished
    await (await folderOf(name, 'bundles')).removeEntry(address)
    await expectInstalled(dock)
    expect(await filesOf('bundles')).toEqual([address])
    expect(await filesOf('partials')).toEqual([])
  })

  it('deleted while it is in use -> read on, and gone when the last use ends', async () => {
    const dock = await open()
    await (await start(dock)).finished
    const loaded = await dock.plugins.load('acme.charts')
    await dock.storage.deletePlugin('acme.charts')
    expect((await loaded.read()).length).toBe(300_000)
    await loaded.close()
    expect(await filesOf('bundles')).toEqual([])
  })

  it('headers -> asked in the page, once a connection, and sent', async () => {
    const asked: string[] = []
    const headers = (url: URL) => {
      asked.push(url.pathname)
      return { 'x-api-key': 'secret' }
    }
    const dock = await open({ headers })
    await (await start(dock)).finished
    expect(asked).toEqual(['/acme.charts/manifest.json', BUNDLE])
    expect((await commands.requestsOf(origin, BUNDLE))[0]?.headers).toMatchObject({ 'x-api-key': 'secret' })
  })

  it('a fetch of the app -> bytes come through it', async () => {
    const asked: string[] = []
    const ownFetch: typeof fetch = (input, init) => {
      asked.push(new URL(input instanceof Request ? input.url : input).pathname)
      return fetch(input, init)
    }
    const dock = await open({ fetch: ownFetch })
    await (await start(dock)).finished
    expect(asked).toContain(BUNDLE)
    await expectInstalled(dock)
  })

  it('an origin that is not allowed -> refused by the worker as by the page', async () => {
    const dock = await open({ allowedOrigins: ['https://cdn.example'] })
    await expect(start(dock)).rejects.toMatchObject({ code: 'untrusted-origin' })
  })

  it('another dock of the name -> follows, reads what is installed, and leads when the first is closed', async () => {
    const leader = await open()
    await (await start(leader)).finished
    const follower = await open()
    expect(follower.supervisor.getSnapshot().hasTag('follower')).toBe(true)
    await expectInstalled(follower)
    await leader.close()
    await untilTagged(follower, 'leader')
    await expectInstalled(follower)
    await (await start(follower, { version: '1.1.0' })).finished
    await expectInstalled(follower, { version: '1.1.0' })
  })

  it('two follow, and the leader is closed -> one of them leads, the other follows on', async () => {
    const leader = await open()
    const followers = [await open(), await open()]
    await leader.close()
    const next = await Promise.race(followers.map((dock) => untilTagged(dock, 'leader').then(() => dock)))
    await (await start(next)).finished
    await next.close()
    await Promise.all(followers.filter((dock) => dock !== next).map((dock) => untilTagged(dock, 'leader')))
  })

  it('closed -> the next one opens at once', async () => {
    await (await open()).close()
    await (await open()).close()
    expect((await open()).capabilities.bundleStore).toBe('opfs')
  })
})

describe('a page that cannot', () => {
  it('a worker that does not exist -> unsupported, with the reason', async () => {
    const worker = () => new Worker('/nowhere.js', { type: 'module' })
    await expect(createPluginDock({ name, worker })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('could not be loaded'),
    })
  })

  it('a worker that cannot be made -> unsupported, with the reason', async () => {
    const worker = () => {
      throw new TypeError('This document requires TrustedScriptURL')
    }
    await expect(createPluginDock({ name, worker })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('TrustedScriptURL'),
    })
  })

  it('it failed to open -> nothing is held, and the next try may succeed', async () => {
    const worker = () => new Worker('/nowhere.js', { type: 'module' })
    await expect(createPluginDock({ name, worker })).rejects.toMatchObject({ code: 'unsupported' })
    await open()
  })

  it('it failed to open in one page alone -> what the others want is not done in its memory as well', async () => {
    const worker = () => new Worker('/nowhere.js', { type: 'module' })
    const forgetful = await open({ worker, storage: { fallback: 'memory' } })
    const [leader, follower] = [await open(), await open()]
    await (await start(follower)).finished
    expect(leader.downloads.getTasks()).toHaveLength(1)
    expect(forgetful.downloads.getTasks()).toEqual([])
  })

  it('it failed to open, and memory is allowed -> a dock that forgets', async () => {
    const worker = () => new Worker('/nowhere.js', { type: 'module' })
    const dock = await open({ worker, storage: { fallback: 'memory' } })
    expect(dock.capabilities).toMatchObject({ bundleStore: 'memory', persistent: false })
    await (await start(dock)).finished
    await expectInstalled(dock)
  })
})

it('an address relative to the page -> it is downloaded from there, and estimated', async () => {
  const url = await commands.publish(origin, { id: 'acme.relative' })
  const base = document.head.appendChild(document.createElement('base'))
  base.href = url
  try {
    const dock = await open()
    const { pathname } = new URL(url)
    const task = await dock.downloads.startDownload(pathname)
    expect(task.source).toBe(url)
    expect((await task.finished).pluginId).toBe('acme.relative')
    expect((await dock.downloads.estimate(`.${pathname.slice(pathname.lastIndexOf('/'))}`)).bytesToTransfer).toBe(0)
  } finally {
    base.remove()
  }
})
