import { describe, expect, it } from 'vitest'
import type { DockNotification, PluginDock } from '../../../src/dock/types.js'
import { StorageError, StorageFullError } from '../../../src/domain/errors/index.js'
import { always, stall } from '../../../src/testing/index.js'
import { createStage, isInstalled, readEntry, type Stage } from './stage.js'
import { createStorageGate } from './storageGate.js'

const SIZE = 300_000

async function install(stage: Stage, dock: PluginDock, id: string, version = '1.0.0'): Promise<string> {
  const { address } = await (await dock.downloads.startDownload((await stage.publish({ id, version })).url)).finished
  await stage.clock.advance(1000)
  return address
}

/** `acme.a`, `acme.b` and `acme.c`, in the order of their last use. */
async function openThree(stage = createStage()) {
  const dock = await stage.open()
  const addresses: string[] = []
  for (const id of ['acme.a', 'acme.b', 'acme.c']) addresses.push(await install(stage, dock, id))
  return { stage, dock, addresses }
}

const idsOf = async (dock: PluginDock): Promise<string[]> =>
  (await dock.storage.getInstalledPlugins()).map(({ pluginId }) => pluginId).sort()

describe('evictLeastRecentlyUsed', () => {
  it('so many bytes -> the plan says what will go, and that goes, record and bytes', async () => {
    const { stage, dock } = await openThree()
    const told: DockNotification[] = []
    dock.notifications.subscribe((notice) => told.push(notice))
    const plan = await dock.storage.planEviction(SIZE + 1)
    expect(plan).toEqual({
      bytesToFree: SIZE + 1,
      bytesFreed: 2 * SIZE,
      sufficient: true,
      items: ['acme.a', 'acme.b'].map((pluginId) => ({ kind: 'plugin', pluginId, version: '1.0.0', sizeBytes: SIZE })),
    })
    expect(await idsOf(dock)).toHaveLength(3)
    expect(await dock.storage.evictLeastRecentlyUsed(SIZE + 1)).toEqual(plan)
    expect(await idsOf(dock)).toEqual(['acme.c'])
    expect(await stage.host.bundles.list()).toHaveLength(1)
    expect(told).toMatchObject([{ type: 'evicted', plan }])
    await expect(dock.plugins.load('acme.a')).rejects.toMatchObject({ code: 'not-installed' })
  })

  it('more than there is -> everything goes that may, and it says that it was not enough', async () => {
    const { dock } = await openThree()
    await dock.storage.pin('acme.b')
    expect(await dock.storage.evictLeastRecentlyUsed(10 * SIZE)).toMatchObject({
      bytesFreed: 2 * SIZE,
      sufficient: false,
    })
    expect(await idsOf(dock)).toEqual(['acme.b'])
  })

  it.each([-1, 0.5, Number.NaN])('%d bytes -> refused', async (bytes) => {
    const { dock } = await openThree()
    await expect(dock.storage.evictLeastRecentlyUsed(bytes)).rejects.toMatchObject({ code: 'unsupported' })
    await expect(dock.storage.planEviction(bytes)).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('loaded -> protected, and last in order for having been used', async () => {
    const { stage, dock } = await openThree()
    await stage.clock.advance(60_000)
    const loaded = await dock.plugins.load('acme.a')
    expect(await dock.storage.evictLeastRecentlyUsed(10 * SIZE)).toMatchObject({ bytesFreed: 2 * SIZE })
    expect(await loaded.read()).toHaveLength(SIZE)
    await loaded.close()
    expect(await idsOf(dock)).toEqual(['acme.a'])
  })

  it('used for the first time, soon after it was installed -> is not called unused', async () => {
    const { stage, dock } = await openThree()
    await stage.clock.advance(1000)
    await (await dock.plugins.load('acme.a')).close()
    const [first, second] = await dock.storage.getInstalledPlugins()
    expect(first?.lastUsedAt).toBe(stage.clock.now())
    expect(second?.lastUsedAt).toBe(second?.installedAt)
  })

  it('used by a page that follows -> protected there too', async () => {
    const { stage, dock } = await openThree(createStage({ pages: true }))
    const follower = await stage.open()
    const loaded = await follower.plugins.load('acme.a')
    expect((await dock.storage.planEviction(10 * SIZE)).items.map(({ pluginId }) => pluginId)).toEqual([
      'acme.b',
      'acme.c',
    ])
    await dock.storage.evictLeastRecentlyUsed(10 * SIZE)
    expect(await loaded.read()).toHaveLength(SIZE)
    await loaded.close()
  })

  it('used by a page that follows -> was used last; deleted meanwhile -> its bytes go when that page closes it', async () => {
    const { stage, dock } = await openThree(createStage({ pages: true }))
    const follower = await stage.open()
    await stage.clock.advance(60_000)
    const loaded = await follower.plugins.load('acme.a')
    const lastUsed = async (): Promise<string | undefined> =>
      [...(await dock.storage.getInstalledPlugins())].sort((left, right) => right.lastUsedAt - left.lastUsedAt)[0]
        ?.pluginId
    for (let turn = 0; turn < 20; turn++) await stage.clock.settle()
    expect(await lastUsed()).toBe('acme.a')
    await dock.storage.deletePlugin('acme.a')
    expect(await loaded.read()).toHaveLength(SIZE)
    expect(await stage.host.bundles.list()).toHaveLength(3)
    await loaded.close()
    for (let turn = 0; turn < 20; turn++) await stage.clock.settle()
    expect(await stage.host.bundles.list()).toHaveLength(2)
  })

  it('being updated -> neither it nor what it is updated from goes', async () => {
    const { stage, dock } = await openThree()
    const update = await stage.publish({ id: 'acme.a', version: '2.0.0' })
    stage.origin.script(update.path, always(stall(10)))
    const stalled = stage.origin.next('stall', update.path)
    const task = await dock.downloads.startDownload(update.url)
    await stalled
    await dock.storage.evictLeastRecentlyUsed(10 * SIZE)
    expect(await idsOf(dock)).toEqual(['acme.a'])
    stage.origin.unscript(update.path)
    stage.origin.release(update.path)
    await task.finished
    expect(await isInstalled(dock, 'acme.a', update.bytes)).toBe(true)
  })

  it('one whose file cannot be deleted now -> the others go; it is an orphan, and goes later', async () => {
    const gate = createStorageGate()
    const { stage, dock, addresses } = await openThree(createStage(gate))
    const allow = gate.refuse(
      ({ operation, name }) => operation === 'deleteBundle' && name === addresses[0],
      new StorageError('Somebody has it open'),
    )
    expect(await dock.storage.evictLeastRecentlyUsed(SIZE)).toMatchObject({
      bytesFreed: SIZE,
      items: [
        { pluginId: 'acme.a', sizeBytes: 0 },
        { pluginId: 'acme.b', sizeBytes: SIZE },
      ],
    })
    expect(await idsOf(dock)).toEqual(['acme.c'])
    allow()
    expect(await dock.storage.planEviction(1)).toMatchObject({ items: [{ kind: 'orphan', sizeBytes: SIZE }] })
    await dock.storage.evictLeastRecentlyUsed(1)
    expect(await stage.host.bundles.list()).toHaveLength(1)
  })

  it('the records have no room for a change -> nothing is lost', async () => {
    const gate = createStorageGate()
    const { dock } = await openThree(createStage(gate))
    const allow = gate.refuse(({ operation }) => operation === 'commit', new StorageFullError('The disk is full', {}))
    expect(await dock.storage.evictLeastRecentlyUsed(SIZE)).toMatchObject({ bytesFreed: 0, items: [] })
    allow()
    for (const id of ['acme.a', 'acme.b', 'acme.c']) expect(await readEntry(dock, id)).toHaveLength(SIZE)
  })

  it('the process dies between record and bytes -> the next start removes them', async () => {
    const gate = createStorageGate()
    const { stage, dock } = await openThree(createStage(gate))
    const held = gate.hold(({ operation }) => operation === 'deleteBundle')
    const evicting = dock.storage.evictLeastRecentlyUsed(SIZE)
    await held.reached
    stage.host.crash()
    held.release()
    await evicting.catch(() => {})
    const again = await stage.open()
    expect(await idsOf(again)).toEqual(['acme.b', 'acme.c'])
    expect(await stage.host.bundles.list()).toHaveLength(2)
  })

  it('evicted, loaded and installed again at once, many times -> every load is whole or says not-installed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest } = await stage.publish()
    const baseUrl = stage.origin.urlOf('/acme.charts/')
    const outcomes = new Set<string>()
    const use = async (): Promise<void> => {
      try {
        outcomes.add(`read ${(await readEntry(dock, 'acme.charts')).length}`)
      } catch (error) {
        // only the code is of interest, whatever it is an error of
        outcomes.add(String((error as { code?: unknown }).code))
      }
    }
    for (let round = 0; round < 20; round++) {
      await (await dock.downloads.startDownload(manifest, { baseUrl })).finished.catch(() => {})
      const evicting = dock.storage.evictLeastRecentlyUsed(1)
      // the later it comes, the further the eviction is
      for (let turn = 0; turn < round; turn++) await Promise.resolve()
      await Promise.all([evicting, use(), use()])
    }
    expect([...outcomes].sort()).toEqual(['not-installed', 'read 300000'])
    await dock.storage.evictLeastRecentlyUsed(1)
    expect(await stage.host.bundles.list()).toEqual([])
  })
})

describe('evictItems', () => {
  it('two of three -> those go, record and bytes, and the third stays', async () => {
    const { stage, dock } = await openThree()
    const { items } = await dock.storage.planEviction(10 * SIZE)
    const chosen = items.filter(({ pluginId }) => pluginId !== 'acme.b')
    expect(await dock.storage.evictItems(chosen)).toMatchObject({
      bytesFreed: 2 * SIZE,
      sufficient: true,
      items: chosen,
    })
    expect(await idsOf(dock)).toEqual(['acme.b'])
    expect(await stage.host.bundles.list()).toHaveLength(1)
  })

  it('a plugin of which a previous version is kept -> both go', async () => {
    const { stage, dock } = await openThree()
    await install(stage, dock, 'acme.c', '1.1.0')
    const whole = { kind: 'plugin', pluginId: 'acme.c', version: '1.1.0', sizeBytes: SIZE } as const
    const loaded = await dock.plugins.load('acme.c')
    await loaded.confirmHealthy()
    await loaded.close()
    expect(await dock.storage.evictItems([whole])).toMatchObject({ bytesFreed: 2 * SIZE })
    expect(await idsOf(dock)).toEqual(['acme.a', 'acme.b'])
  })

  it('pinned while another one goes -> it stays', async () => {
    const gate = createStorageGate()
    const { dock } = await openThree(createStage(gate))
    const { items } = await dock.storage.planEviction(2 * SIZE)
    const held = gate.hold(({ operation }) => operation === 'commit')
    const evicting = dock.storage.evictItems(items)
    await held.reached
    const pinning = dock.storage.pin('acme.b')
    held.release()
    await pinning
    expect((await evicting).items).toMatchObject([{ pluginId: 'acme.a' }])
    expect(await idsOf(dock)).toEqual(['acme.b', 'acme.c'])
  })

  it('pinned since it was planned -> it stays, and the answer says so', async () => {
    const { dock } = await openThree()
    const { items } = await dock.storage.planEviction(1)
    await dock.storage.pin('acme.a')
    expect(await dock.storage.evictItems(items)).toMatchObject({ bytesFreed: 0, items: [] })
    expect(await idsOf(dock)).toHaveLength(3)
  })

  it('a pinned one, chosen by name -> it goes where even pinned ones may', async () => {
    const { dock } = await openThree()
    await dock.storage.pin('acme.a')
    const chosen = [{ kind: 'plugin', pluginId: 'acme.a', sizeBytes: SIZE }] as const
    expect(await dock.storage.evictItems(chosen)).toMatchObject({ items: [] })
    expect(await dock.storage.evictItems(chosen, { evenPinned: true })).toMatchObject({ bytesFreed: SIZE })
    expect(await idsOf(dock)).toEqual(['acme.b', 'acme.c'])
  })

  it('for a download that waits, two pinned ones chosen and not the third -> it goes on, and the third stays', async () => {
    const { stage, dock } = await openThree(createStage({ capacityBytes: 3 * SIZE + 100_000 }))
    for (const id of ['acme.a', 'acme.b']) await dock.storage.pin(id)
    const { url } = await stage.publish({ id: 'acme.big', size: 2 * SIZE })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'awaitingSpace')
    const chosen = ['acme.a', 'acme.b'].map((pluginId) => ({ kind: 'plugin', pluginId, sizeBytes: SIZE }) as const)
    await dock.storage.evictItems(chosen, { evenPinned: true })
    await stage.until(task, 'installed')
    expect(await idsOf(dock)).toEqual(['acme.big', 'acme.c'])
  })
})

describe('versions', () => {
  it('fewer are to be kept than before -> cleanup removes the oldest, and says so', async () => {
    const stage = createStage()
    const first = await stage.open({ storage: { keepPreviousVersions: 3 } })
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await install(stage, first, 'acme.a', version)
    await first.storage.pin('acme.a')
    await first.close()
    const dock = await stage.open({ storage: { keepPreviousVersions: 1 } })
    expect(await dock.storage.cleanupOldVersions()).toEqual({
      removed: [
        { pluginId: 'acme.a', version: '1.0.0', sizeBytes: SIZE },
        { pluginId: 'acme.a', version: '1.1.0', sizeBytes: SIZE },
      ],
      bytesFreed: 2 * SIZE,
    })
    expect((await dock.plugins.versions('acme.a')).map(({ version }) => version)).toEqual(['1.3.0', '1.2.0'])
    expect(await dock.storage.cleanupOldVersions()).toEqual({ removed: [], bytesFreed: 0 })
  })

  it('the active one is confirmed healthy -> the one before goes first of all plugins', async () => {
    const stage = createStage()
    const dock = await stage.open()
    await install(stage, dock, 'acme.b')
    for (const version of ['1.0.0', '2.0.0']) await install(stage, dock, 'acme.a', version)
    expect((await dock.storage.planEviction(1)).items).toMatchObject([{ kind: 'plugin', pluginId: 'acme.b' }])
    const loaded = await dock.plugins.load('acme.a')
    await loaded.confirmHealthy()
    await loaded.close()
    expect((await dock.storage.planEviction(1)).items).toMatchObject([{ kind: 'previous', version: '1.0.0' }])
    await dock.storage.evictLeastRecentlyUsed(1)
    expect((await dock.plugins.versions('acme.a')).map(({ version }) => version)).toEqual(['2.0.0'])
  })
})

describe('pin', () => {
  it('-> is shown, outlives the process, and ends with unpin', async () => {
    const { stage, dock } = await openThree()
    await dock.storage.pin('acme.a')
    stage.host.crash()
    const again = await stage.open()
    expect(await again.storage.getInstalledPlugins()).toMatchObject([
      { pluginId: 'acme.a', pinned: true },
      { pluginId: 'acme.b', pinned: false },
      { pluginId: 'acme.c', pinned: false },
    ])
    await install(stage, again, 'acme.a', '2.0.0')
    expect((await again.storage.planEviction(10 * SIZE)).items.map(({ pluginId }) => pluginId)).toEqual([
      'acme.b',
      'acme.c',
    ])
    await again.storage.unpin('acme.a')
    expect((await again.storage.planEviction(10 * SIZE)).items).toHaveLength(3)
  })

  it('of what is not installed -> says so', async () => {
    const { dock } = await openThree()
    await expect(dock.storage.pin('acme.x')).rejects.toMatchObject({ code: 'not-installed' })
    await expect(dock.storage.unpin('acme.x')).rejects.toMatchObject({ code: 'not-installed' })
  })
})

describe('collectOrphans', () => {
  async function addLeftover(stage: Stage, key: string): Promise<void> {
    const partial = await stage.host.bundles.openPartial(key)
    await partial.write(0, new Uint8Array(50))
    await partial.close()
  }

  it('bytes that no record names -> a dry run tells, the other removes; foreign files stay', async () => {
    const { stage, dock } = await openThree()
    await addLeftover(stage, 'left-over')
    stage.host.bundles.addForeign('their-file', 7)
    const items = [{ name: 'left-over', sizeBytes: 50 }]
    expect(await dock.storage.collectOrphans({ dryRun: true })).toEqual({ items, bytesFreed: 50, dryRun: true })
    expect(await dock.storage.collectOrphans()).toEqual({ items, bytesFreed: 50, dryRun: false })
    expect(await dock.storage.collectOrphans()).toEqual({ items: [], bytesFreed: 0, dryRun: false })
    expect((await stage.host.bundles.list()).map(({ kind }) => kind).sort()).toEqual([
      'bundle',
      'bundle',
      'bundle',
      'unknown',
    ])
  })

  it('partials of a download that runs, one that is paused, and one that failed -> are none', async () => {
    const { stage, dock } = await openThree()
    for (const id of ['acme.x', 'acme.y']) {
      const { url, path } = await stage.publish({ id })
      stage.origin.script(path, always(stall(100_000)))
      const stalled = stage.origin.next('stall', path)
      const task = await dock.downloads.startDownload(url)
      await stalled
      if (id === 'acme.y') await dock.downloads.pauseDownload(task.id)
    }
    expect(await dock.storage.collectOrphans()).toMatchObject({ items: [] })
  })

  it('a record of a newer release -> nothing is an orphan for certain', async () => {
    const { stage, dock } = await openThree()
    await dock.close()
    const stores = await stage.host.open()
    const epoch = await stores.records.claimEpoch()
    await stores.records.commit([{ key: 'download/newer', value: { v: 2 } }], { epoch })
    await stores.close()
    await addLeftover(stage, 'theirs')
    const again = await stage.open()
    expect(await again.storage.collectOrphans()).toMatchObject({ items: [] })
    expect((await again.storage.planEviction(1)).items).toMatchObject([{ kind: 'plugin', pluginId: 'acme.a' }])
  })
})

describe('a platform that may remove what is stored', () => {
  it('a person starts an install -> it is asked not to, when that is done; an automatic one -> it is not asked', async () => {
    const stage = createStage()
    const asked: string[] = []
    Object.assign(stage.host, { persist: async () => void asked.push('persist') })
    const dock = await stage.open()
    const { url } = await stage.publish({ id: 'acme.a' })
    await (await dock.downloads.startDownload(url, { initiator: 'automatic' })).finished
    expect(asked).toEqual([])
    await install(stage, dock, 'acme.b')
    expect(asked).toEqual(['persist'])
  })
})

describe('a page that follows', () => {
  it('-> looks, and has the leader remove', async () => {
    const { stage, dock } = await openThree(createStage({ pages: true }))
    const follower = await stage.open()
    const { storage } = follower
    expect(await storage.planEviction(1)).toMatchObject({ items: [{ pluginId: 'acme.a' }] })
    expect(await storage.collectOrphans({ dryRun: true })).toMatchObject({ items: [] })
    expect(await storage.getAvailableSpace()).toBeGreaterThan(0)
    await storage.pin('acme.a')
    expect(await storage.evictLeastRecentlyUsed(1)).toMatchObject({ items: [{ pluginId: 'acme.b' }] })
    await storage.unpin('acme.a')
    expect(await storage.cleanupOldVersions()).toEqual({ removed: [], bytesFreed: 0 })
    expect(await storage.collectOrphans()).toMatchObject({ items: [], dryRun: false })
    await storage.deletePlugin('acme.a')
    const left = [{ pluginId: 'acme.c' }]
    expect(await storage.getInstalledPlugins()).toMatchObject(left)
    expect(await dock.storage.getInstalledPlugins()).toMatchObject(left)
  })
})
