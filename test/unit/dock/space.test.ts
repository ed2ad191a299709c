import { describe, expect, it } from 'vitest'
import type { DockNotification, PluginDock } from '../../../src/dock/types.js'
import { StorageFullError } from '../../../src/domain/errors/index.js'
import type { MemoryHostOptions } from '../../../src/testing/index.js'
import { always, stall } from '../../../src/testing/index.js'
import { createStage, isInstalled, passTimeUntil, type Stage } from './stage.js'
import { createStorageGate } from './storageGate.js'

const SIZE = 300_000
const LOOK_MS = 30_000

function noticesOf(dock: PluginDock, type: DockNotification['type']): DockNotification[] {
  const heard: DockNotification[] = []
  dock.notifications.subscribe((notice) => {
    if (notice.type === type) heard.push(notice)
  })
  return heard
}

async function install(stage: Stage, dock: PluginDock, id: string): Promise<void> {
  await (await dock.downloads.startDownload((await stage.publish({ id })).url)).finished
  await stage.clock.advance(1000)
}

/** Room for one bundle and a bit; `acme.old` has it, pinned. */
async function openFull(options: MemoryHostOptions = {}) {
  const stage = createStage({ capacityBytes: SIZE + 1000, ...options })
  const dock = await stage.open()
  await install(stage, dock, 'acme.old')
  await dock.storage.pin('acme.old')
  const plugin = await stage.publish({ id: 'acme.new' })
  const full = noticesOf(dock, 'storageFull')
  const waits: unknown[] = []
  dock.supervisor.on('download.waiting', (event) => waits.push(event))
  const task = await dock.downloads.startDownload(plugin.url)
  await stage.until(task, 'awaitingSpace')
  return { stage, dock, plugin, task, full, waits }
}

const idsOf = async (dock: PluginDock): Promise<string[]> =>
  (await dock.storage.getInstalledPlugins()).map(({ pluginId }) => pluginId).sort()

describe('too little room, and something may go', () => {
  it('-> what was used longest ago goes, it is told, and the download goes on', async () => {
    const stage = createStage({ capacityBytes: 2 * SIZE + 1000 })
    const dock = await stage.open()
    for (const id of ['acme.a', 'acme.b']) await install(stage, dock, id)
    await stage.clock.advance(120_000)
    await (await dock.plugins.load('acme.a')).close()
    const evicted = noticesOf(dock, 'evicted')
    const full = noticesOf(dock, 'storageFull')
    await install(stage, dock, 'acme.c')
    expect(await idsOf(dock)).toEqual(['acme.a', 'acme.c'])
    expect(evicted).toMatchObject([{ pluginId: 'acme.b', version: '1.0.0', plan: { bytesFreed: SIZE } }])
    expect(full).toEqual([])
    expect((await stage.host.bundles.list()).map(({ sizeBytes }) => sizeBytes)).toEqual([SIZE, SIZE])
  })

  it('and the download is paused while it looks for room -> nothing goes for it', async () => {
    const gate = createStorageGate()
    const stage = createStage({ capacityBytes: 2 * SIZE + 1000, faults: gate.faults })
    const dock = await stage.open()
    for (const id of ['acme.a', 'acme.b']) await install(stage, dock, id)
    const { url } = await stage.publish({ id: 'acme.c' })
    const looks = gate.hold(({ store, operation }) => store === 'bundles' && operation === 'list')
    const task = await dock.downloads.startDownload(url)
    await looks.reached
    const paused = dock.downloads.pauseDownload(task.id)
    looks.release()
    await paused
    expect(await idsOf(dock)).toEqual(['acme.a', 'acme.b'])
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(await idsOf(dock)).toEqual(['acme.b', 'acme.c'])
  })

  it('less room in the budget than on the disk -> the budget is kept at every moment', async () => {
    let most = 0
    const check = async (): Promise<void> => {
      const entries = await stage.host.bundles.list()
      most = Math.max(
        most,
        entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      )
    }
    const stage = createStage({ faults: ({ operation }) => (operation === 'write' ? check() : undefined) })
    const dock = await stage.open({ storage: { budgetBytes: 2 * SIZE + 1000 } })
    for (const id of ['acme.a', 'acme.b', 'acme.c', 'acme.d']) {
      await install(stage, dock, id)
      await check()
    }
    expect(most).toBe(2 * SIZE)
    expect(await idsOf(dock)).toEqual(['acme.c', 'acme.d'])
  })

  it('the plan is not enough -> nothing goes in vain', async () => {
    const stage = createStage({ capacityBytes: 2 * SIZE })
    const dock = await stage.open()
    for (const id of ['acme.a', 'acme.b']) await install(stage, dock, id)
    await dock.storage.pin('acme.b')
    const { url } = await stage.publish({ id: 'acme.big', size: 2 * SIZE })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'awaitingSpace')
    expect(await idsOf(dock)).toEqual(['acme.a', 'acme.b'])
    expect(task.progress.waitingFor).toMatchObject({
      code: 'space',
      bytesNeeded: 2 * SIZE,
      plan: { bytesFreed: SIZE, sufficient: false, items: [{ kind: 'plugin', pluginId: 'acme.a' }] },
    })
  })
})

describe('no room, and nothing may go', () => {
  it('-> waits without a byte sent, and says what it lacks; told once', async () => {
    const { stage, dock, plugin, task, full, waits } = await openFull()
    expect(task.progress).toMatchObject({
      state: 'awaitingSpace',
      waitingFor: {
        code: 'space',
        message: 'There is not enough room for this download',
        bytesNeeded: SIZE - 1000,
        plan: { bytesToFree: SIZE - 1000, bytesFreed: 0, sufficient: false, items: [] },
      },
    })
    expect(full).toMatchObject([{ taskId: task.id, pluginId: 'acme.new', plan: { sufficient: false } }])
    expect(stage.origin.requests.filter(({ path }) => path === plugin.path)).toEqual([])
    await stage.clock.advance(10 * LOOK_MS)
    expect(task.progress.state).toBe('awaitingSpace')
    expect(full).toHaveLength(1)
    expect(waits).toMatchObject([{ taskId: task.id, failure: { code: 'storage-full', attempt: 1 } }])
    expect(await idsOf(dock)).toEqual(['acme.old'])
  })

  it.each<[string, (dock: PluginDock, stage: Stage) => Promise<unknown>]>([
    ['the other plugin is deleted', (dock) => dock.storage.deletePlugin('acme.old')],
    ['the other plugin is unpinned', (dock) => dock.storage.unpin('acme.old')],
    ['somebody else frees the disk', async (_, stage) => stage.host.bundles.setCapacity(2 * SIZE + 1000)],
  ])('%s -> goes on by itself', async (_, free) => {
    const { stage, dock, plugin, task } = await openFull()
    await free(dock, stage)
    await stage.until(task, 'installed')
    expect(await isInstalled(dock, 'acme.new', plugin.bytes)).toBe(true)
    expect(task.progress.bytesTransferred).toBe(SIZE)
  })

  it('what fills the disk is in use -> goes on when the last use ends', async () => {
    const stage = createStage({ capacityBytes: SIZE + 1000 })
    const dock = await stage.open()
    await install(stage, dock, 'acme.old')
    const loaded = await dock.plugins.load('acme.old')
    const task = await dock.downloads.startDownload((await stage.publish({ id: 'acme.new' })).url)
    await stage.until(task, 'awaitingSpace')
    await loaded.close()
    await stage.until(task, 'installed')
    expect(await idsOf(dock)).toEqual(['acme.new'])
  })

  it('room is promised to another download -> goes on when that one is cancelled', async () => {
    const stage = createStage({ capacityBytes: SIZE + 1000 })
    const dock = await stage.open()
    const first = await stage.publish({ id: 'acme.first' })
    stage.origin.script(first.path, always(stall(10)))
    const stalled = stage.origin.next('stall', first.path)
    const running = await dock.downloads.startDownload(first.url)
    await stalled
    const task = await dock.downloads.startDownload((await stage.publish({ id: 'acme.second' })).url)
    await passTimeUntil(stage.clock, () => task.progress.state === 'awaitingSpace', 'the second to wait')
    expect(await dock.storage.getAvailableSpace()).toBeLessThan(2000)
    await dock.downloads.cancelDownload(running.id)
    await stage.until(task, 'installed')
  })

  it('paused and resumed -> waits again; cancelled -> nothing is left', async () => {
    const { stage, dock, task, full } = await openFull()
    await dock.downloads.pauseDownload(task.id)
    expect(task.progress).toMatchObject({ state: 'paused', waitingFor: { code: 'user' } })
    await dock.downloads.resumeDownload(task.id)
    await stage.until(task, 'awaitingSpace')
    expect(full).toHaveLength(1)
    await dock.downloads.cancelDownload(task.id)
    expect(await stage.host.bundles.list()).toHaveLength(1)
    await dock.close()
    expect(stage.clock.pendingTimers).toBe(0)
  })

  it('the process dies -> waits again after the restart, and goes on there', async () => {
    const { stage, task } = await openFull()
    stage.host.crash()
    const again = await stage.open()
    const same = again.downloads.getTask(task.id)
    if (!same) throw new Error('It was recorded')
    await stage.until(same, 'awaitingSpace')
    await again.storage.deletePlugin('acme.old')
    await stage.until(same, 'installed')
  })

  it('several wait -> each goes when there is room for it', async () => {
    const { stage, dock, task } = await openFull()
    const small = await dock.downloads.startDownload((await stage.publish({ id: 'acme.small', size: 50_000 })).url)
    await stage.until(small, 'awaitingSpace')
    stage.host.bundles.setCapacity(SIZE + 60_000)
    await stage.until(small, 'installed')
    expect(task.progress.state).toBe('awaitingSpace')
    await dock.storage.unpin('acme.old')
    await stage.until(task, 'installed')
  })

  it('another version of the same plugin -> waits behind it, and goes on when it is cancelled', async () => {
    const { stage, dock, task } = await openFull()
    const { manifest, url } = await stage.publish({ id: 'acme.new', version: '2.0.0', size: 50_000 })
    const next = await dock.downloads.startDownload(manifest, { baseUrl: url })
    expect(next.progress).toMatchObject({ state: 'queued', waitingFor: { code: 'same-plugin' } })
    stage.host.bundles.setCapacity(SIZE + 60_000)
    expect(next.progress).toMatchObject({ state: 'queued', waitingFor: { code: 'same-plugin' } })
    await dock.downloads.cancelDownload(task.id)
    await stage.until(next, 'installed')
  })
})

describe('a budget that is too small', () => {
  it('for the bundle -> fails at once, says so in numbers, and evicts nothing', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { budgetBytes: SIZE + 1000 } })
    await install(stage, dock, 'acme.old')
    const evicted = noticesOf(dock, 'evicted')
    const { url } = await stage.publish({ id: 'acme.big', size: SIZE + 2000 })
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({
      code: 'storage-full',
      bytesNeeded: SIZE + 2000,
      budgetBytes: SIZE + 1000,
      plan: { sufficient: false, items: [{ pluginId: 'acme.old' }] },
    })
    expect(task.progress).toMatchObject({ state: 'failed', failure: { code: 'storage-full', retryable: false } })
    expect(evicted).toEqual([])
    expect(await idsOf(dock)).toEqual(['acme.old'])
  })

  it('for an update beside its old version -> fails; removed first -> fits', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { budgetBytes: SIZE + 1000 } })
    await install(stage, dock, 'acme.charts')
    const { url, bytes } = await stage.publish({ version: '2.0.0' })
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'storage-full', bytesNeeded: 2 * SIZE })
    await dock.storage.deletePlugin('acme.charts')
    await dock.downloads.retryDownload(task.id)
    await task.finished
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('reopened with a failed one -> its failure still has the numbers', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { budgetBytes: 1000 } })
    const task = await dock.downloads.startDownload((await stage.publish()).url)
    await stage.until(task, 'failed')
    await dock.close()
    const again = await stage.open({ storage: { budgetBytes: 1000 } })
    await expect(again.downloads.getTask(task.id)?.finished).rejects.toMatchObject({
      code: 'storage-full',
      bytesNeeded: SIZE,
      budgetBytes: 1000,
    })
  })
})

describe('the store refuses what it said it has room for', () => {
  it.each([1, 2, 3, 4, 5, 6])('at write %i -> waits, loses no verified byte, and goes on', async (nth) => {
    const gate = createStorageGate()
    let writes = 0
    const stage = createStage({
      faults: async (call) => {
        if (call.operation === 'write') writes++
        await gate.faults(call)
      },
    })
    const isRefused = ({ operation }: { operation: string }): boolean => operation === 'write' && writes >= nth
    const allow = gate.refuse(isRefused, new StorageFullError('The disk is full', {}))
    const dock = await stage.open()
    const plugin = await stage.publish({ size: 8 * 1024 * 1024 })
    const task = await dock.downloads.startDownload(plugin.url)
    await stage.until(task, 'awaitingSpace')
    const { bytesDownloaded } = task.progress
    await stage.clock.advance(10 * LOOK_MS)
    await stage.until(task, 'awaitingSpace')
    expect(task.progress.bytesDownloaded).toBe(bytesDownloaded)
    allow()
    await stage.until(task, 'installed')
    const { bytesTransferred } = task.progress
    // each of the four tries may have cost the chunk that was under way
    expect(bytesTransferred).toBeLessThanOrEqual(8 * 1024 * 1024 + 5 * 2 * 65_536)
    expect(await isInstalled(dock, 'acme.charts', plugin.bytes)).toBe(true)
  })

  it.each(['flush', 'seal', 'openPartial'])('at %s -> waits, and goes on', async (operation) => {
    const gate = createStorageGate()
    const allow = gate.refuse((call) => call.operation === operation, new StorageFullError('The disk is full', {}))
    const stage = createStage({ faults: gate.faults })
    const dock = await stage.open()
    const plugin = await stage.publish()
    const task = await dock.downloads.startDownload(plugin.url)
    const awaits = stage.until(task, operation === 'flush' ? 'installed' : 'awaitingSpace')
    await awaits
    allow()
    await stage.until(task, 'installed')
    expect(await isInstalled(dock, 'acme.charts', plugin.bytes)).toBe(true)
    expect(task.progress.bytesTransferred).toBe(SIZE)
  })

  it.each(['none', 65_536] as const)(
    'at the record of the install (chunks: %s) -> no byte is fetched twice',
    async (chunkLengths) => {
      const gate = createStorageGate()
      const stage = createStage({ faults: gate.faults })
      const dock = await stage.open()
      const plugin = await stage.publish({ chunkLengths })
      const isInstall = ({ operation, name }: { operation: string; name: string }): boolean =>
        operation === 'commit' && name.includes('installed/')
      const allow = gate.refuse(isInstall, new StorageFullError('The disk is full', {}))
      const full = noticesOf(dock, 'storageFull')
      const task = await dock.downloads.startDownload(plugin.url)
      await stage.until(task, 'awaitingSpace')
      await stage.clock.advance(5 * LOOK_MS)
      expect(full).toHaveLength(1)
      expect(await dock.storage.collectOrphans()).toMatchObject({ items: [] })
      allow()
      await stage.until(task, 'installed')
      expect(task.progress.bytesTransferred).toBe(SIZE)
      expect(await stage.host.bundles.list()).toHaveLength(1)
      expect(await isInstalled(dock, 'acme.charts', plugin.bytes)).toBe(true)
    },
  )

  it('at the record of the install, then cancelled -> no byte is left', async () => {
    const gate = createStorageGate()
    const stage = createStage({ faults: gate.faults })
    const dock = await stage.open()
    const plugin = await stage.publish({ chunkLengths: 'none' })
    const isInstall = ({ operation, name }: { operation: string; name: string }): boolean =>
      operation === 'commit' && name.includes('installed/')
    gate.refuse(isInstall, new StorageFullError('The disk is full', {}))
    const task = await dock.downloads.startDownload(plugin.url)
    await stage.until(task, 'awaitingSpace')
    await dock.downloads.cancelDownload(task.id)
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('at the record of the manifest -> waits, and goes on', async () => {
    const gate = createStorageGate()
    const stage = createStage({ faults: gate.faults })
    const dock = await stage.open()
    const plugin = await stage.publish()
    const isManifest = ({ operation, name }: { operation: string; name: string }): boolean =>
      operation === 'commit' && name === `manifest/${name.slice('manifest/'.length)}`
    const allow = gate.refuse(isManifest, new StorageFullError('The disk is full', {}))
    const task = await dock.downloads.startDownload(plugin.url)
    await stage.until(task, 'awaitingSpace')
    allow()
    await stage.until(task, 'installed')
  })

  it('though it claims ten gigabytes, and something may go -> that goes, and it goes on', async () => {
    const stage = createStage({ capacityBytes: SIZE + 100_000 })
    stage.host.bundles.claimAvailable(10 * 1024 ** 3)
    const dock = await stage.open()
    await install(stage, dock, 'acme.old')
    const task = await dock.downloads.startDownload((await stage.publish({ id: 'acme.new' })).url)
    await stage.until(task, 'installed')
    expect(await idsOf(dock)).toEqual(['acme.new'])
    expect(task.progress.bytesTransferred).toBeLessThanOrEqual(SIZE + 3 * 65_536)
  })

  it('though it claims ten gigabytes, and nothing may go -> asks the server ever more rarely', async () => {
    const stage = createStage({ capacityBytes: SIZE + 100_000 })
    stage.host.bundles.claimAvailable(10 * 1024 ** 3)
    const dock = await stage.open()
    await install(stage, dock, 'acme.old')
    await dock.storage.pin('acme.old')
    const full = noticesOf(dock, 'storageFull')
    const plugin = await stage.publish({ id: 'acme.new' })
    const task = await dock.downloads.startDownload(plugin.url)
    await stage.until(task, 'awaitingSpace')
    const before = task.progress.bytesDownloaded
    expect(before).toBe(65_536)
    await stage.clock.advance(60 * 60 * 1000)
    await stage.until(task, 'awaitingSpace')
    expect(full).toHaveLength(1)
    expect(task.progress.bytesDownloaded).toBe(before)
    expect(stage.origin.requests.filter(({ path }) => path === plugin.path).length).toBeLessThan(12)
    stage.host.bundles.setCapacity(2 * SIZE)
    await stage.until(task, 'installed')
  })
})
