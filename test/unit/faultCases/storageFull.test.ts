import { describe, expect, it } from 'vitest'
import type { StorageCall } from '../../../src/adapters/storageFaults.js'
import type { PluginDock } from '../../../src/dock/types.js'
import { StorageFullError } from '../../../src/domain/errors/index.js'
import { createStage, isInstalled, type Stage } from '../dock/stage.js'

const SIZE_BYTES = 3_500_000
const CHUNK_BYTES = 65_536
const OLD = { version: '1.0.0', size: 5000 }
const NEW = { version: '2.0.0', size: SIZE_BYTES, chunkLengths: CHUNK_BYTES }
const FULL = new StorageFullError('There is no room', {})

type Matches = (call: StorageCall) => boolean

/** A dock with an older version installed, and stores that refuse the calls that a test counts out. */
async function openWithOld(options: Parameters<typeof createStage>[0] = {}) {
  let refuses: Matches = () => false
  const stage = createStage({
    ...options,
    faults: (call) => {
      if (refuses(call)) throw FULL
    },
  })
  const dock = await stage.open()
  const old = await stage.publish(OLD)
  await (await dock.downloads.startDownload(old.url)).finished
  await dock.downloads.dismissSettled()
  const next = await stage.publish(NEW)
  const refuse = (matches: Matches): void => {
    refuses = matches
  }
  return { stage, dock, old, next, refuse }
}

/** Matches the `kth` call of an operation, once. */
function kthOf(operation: string, kth: number): { readonly matches: Matches; readonly wasReached: () => boolean } {
  let count = 0
  return { matches: (call) => call.operation === operation && ++count === kth, wasReached: () => count >= kth }
}

async function startAndWait(stage: Stage, dock: PluginDock, url: string) {
  const task = await dock.downloads.startDownload(url)
  const states = new Set<string>()
  dock.downloads.watchProgress(task.id).subscribe(({ state }) => states.add(state))
  await stage.until(task, 'installed')
  return { task, states }
}

/** What is on the disk is what the records name. */
async function expectNothingLeftOver(stage: Stage, dock: PluginDock): Promise<void> {
  const bundles = await stage.host.bundles.list()
  const report = await dock.storage.collectOrphans({ dryRun: true })
  expect(report.items).toEqual([])
  expect(bundles.filter(({ kind }) => kind !== 'bundle')).toEqual([])
}

describe('a store without room', () => {
  it.each(['write', 'openPartial'])(
    'S1 the quota is hit at the k-th %s, for every k -> waits, goes on by itself, and no verified byte comes twice',
    async (operation) => {
      let faults = 0
      for (let kth = 1, isOver = false; !isOver; kth++) {
        const { stage, dock, old, next, refuse } = await openWithOld()
        const fault = kthOf(operation, kth)
        let wasOldActive: Promise<boolean> | undefined
        refuse((call) => {
          const isRefused = fault.matches(call)
          if (isRefused) wasOldActive = isInstalled(dock, 'acme.charts', old.bytes)
          return isRefused
        })
        const { states } = await startAndWait(stage, dock, next.url)
        isOver = !fault.wasReached()
        if (!isOver) faults++
        if (!isOver) expect(states).toContain('awaitingSpace')
        expect(await (wasOldActive ?? true)).toBe(true)
        expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
        expect(stage.origin.bytesSent(next.path)).toBeLessThanOrEqual(SIZE_BYTES + CHUNK_BYTES)
        await expectNothingLeftOver(stage, dock)
        await dock.close()
      }
      expect(faults).toBeGreaterThan(0)
    },
  )

  it('S1 no room for a while -> awaitingSpace with what is needed, told once; the old version runs; goes on when there is', async () => {
    const { stage, dock, old, next } = await openWithOld()
    const told: string[] = []
    dock.notifications.subscribe(({ type }) => told.push(type))
    await dock.storage.pin('acme.charts')
    stage.host.bundles.setCapacity(1_000_000)
    const task = await dock.downloads.startDownload(next.url)
    await stage.until(task, 'awaitingSpace')
    expect(task.progress.waitingFor).toMatchObject({ code: 'space', plan: { sufficient: false } })
    expect(task.progress.waitingFor?.bytesNeeded).toBeGreaterThan(2_000_000)
    expect(await isInstalled(dock, 'acme.charts', old.bytes)).toBe(true)
    stage.host.bundles.setCapacity(undefined)
    await stage.until(task, 'installed')
    expect(told.filter((type) => type === 'storageFull')).toHaveLength(1)
  })

  it('S2 the quota is hit at the seal, again and again -> waits with every byte, which then serve', async () => {
    const { stage, dock, old, next, refuse } = await openWithOld()
    refuse(({ operation }) => operation === 'seal')
    const task = await dock.downloads.startDownload(next.url)
    await stage.until(task, 'awaitingSpace')
    expect(await isInstalled(dock, 'acme.charts', old.bytes)).toBe(true)
    refuse(() => false)
    await stage.until(task, 'installed')
    expect(stage.origin.bytesSent(next.path)).toBe(SIZE_BYTES)
    await expectNothingLeftOver(stage, dock)
  })

  it('S3 the quota is hit at the k-th record, for every k -> refused at once or installed in the end; nothing is left over', async () => {
    let refused = 0
    for (let kth = 1, isOver = false; !isOver; kth++) {
      const { stage, dock, next, refuse } = await openWithOld()
      const fault = kthOf('commit', kth)
      refuse(fault.matches)
      const started = await startAndWait(stage, dock, next.url).catch((error: unknown) => ({ error }))
      isOver = !fault.wasReached()
      if ('error' in started) {
        refused++
        expect(started.error).toMatchObject({ code: 'storage-full' })
        await startAndWait(stage, dock, next.url)
      }
      expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
      await dock.downloads.dismissSettled()
      stage.host.crash()
      const again = await stage.open()
      expect(await isInstalled(again, 'acme.charts', next.bytes)).toBe(true)
      await expectNothingLeftOver(stage, again)
      await again.close()
    }
    expect(refused).toBe(1)
  })

  it('S3 no record can be written, and the process dies -> the next one finds the old version and what was fetched', async () => {
    const { stage, dock, old, next, refuse } = await openWithOld()
    const task = await dock.downloads.startDownload(next.url)
    refuse(({ operation }) => operation === 'commit')
    await stage.until(task, 'awaitingSpace')
    stage.host.crash()
    refuse(() => false)
    const again = await stage.open()
    expect(await isInstalled(again, 'acme.charts', old.bytes)).toBe(true)
    await again.downloads.getTask(task.id)?.finished
    expect(await isInstalled(again, 'acme.charts', next.bytes)).toBe(true)
    expect(stage.origin.bytesSent(next.path)).toBe(SIZE_BYTES)
  })

  it.each([
    ['10 GiB', 10 * 2 ** 30],
    ['nothing', 0],
    ['that nobody knows', undefined],
  ])(
    'S4 the browser claims to have %s left, and has 1 MB -> waits all the same, then installs where there is room',
    async (_claim, claimedBytes) => {
      const { stage, dock, next } = await openWithOld()
      await dock.storage.pin('acme.charts')
      stage.host.bundles.setCapacity(1_000_000)
      stage.host.bundles.claimAvailable(claimedBytes)
      const task = await dock.downloads.startDownload(next.url)
      await stage.until(task, 'awaitingSpace')
      stage.host.bundles.setCapacity(undefined)
      if (claimedBytes === 0) stage.host.bundles.claimAvailable(10 * 2 ** 30)
      await stage.until(task, 'installed')
      expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
      expect(stage.origin.bytesSent(next.path)).toBeLessThanOrEqual(SIZE_BYTES + 4 * CHUNK_BYTES)
    },
  )

  it('S30 the budget is smaller than one bundle -> a typed error with the sizes; nothing is evicted, nothing fetched', async () => {
    const { stage, dock, old, next } = await openWithOld()
    await dock.close()
    const small = await stage.open({ storage: { budgetBytes: 1_000_000 } })
    const task = await small.downloads.startDownload(next.url)
    await stage.until(task, 'failed')
    await expect(task.finished).rejects.toMatchObject({ code: 'storage-full', budgetBytes: 1_000_000 })
    expect(stage.origin.bytesSent(next.path)).toBe(0)
    expect(await isInstalled(small, 'acme.charts', old.bytes)).toBe(true)
  })

  it('S30 two plugins, and room for one -> the first is evicted for the second, once, and does not come back by itself', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { budgetBytes: 500_000 } })
    const told: string[] = []
    dock.notifications.subscribe(({ type }) => told.push(type))
    const [first, second] = [await stage.publish({ id: 'acme.first' }), await stage.publish({ id: 'acme.second' })]
    for (const { url } of [first, second]) {
      const task = await dock.downloads.startDownload(url)
      await stage.until(task, 'installed')
    }
    await stage.clock.advance(24 * 60 * 60 * 1000)
    expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ pluginId: 'acme.second' }])
    expect(told.filter((type) => type === 'evicted')).toHaveLength(1)
    expect([stage.origin.bytesSent(first.path), stage.origin.bytesSent(second.path)]).toEqual([300_000, 300_000])
  })
})

describe('eviction', () => {
  it('S14 a version is loaded -> it stays, and reads to its end; another one goes', async () => {
    const stage = createStage()
    const dock = await stage.open()
    for (const id of ['acme.used', 'acme.idle']) {
      await (await dock.downloads.startDownload((await stage.publish({ id })).url)).finished
    }
    const loaded = await dock.plugins.load('acme.used')
    const plan = await dock.storage.evictLeastRecentlyUsed(1_000_000)
    expect(plan).toMatchObject({ sufficient: false, items: [{ kind: 'plugin', pluginId: 'acme.idle' }] })
    expect(await loaded.read()).toHaveLength(300_000)
    await loaded.close()
    expect(await dock.storage.evictLeastRecentlyUsed(1)).toMatchObject({ items: [{ pluginId: 'acme.used' }] })
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('S14 a page that follows has it loaded -> the page that leads does not evict it', async () => {
    const stage = createStage({ pages: true })
    const leader = await stage.open()
    const follower = await stage.open()
    await (await leader.downloads.startDownload((await stage.publish()).url)).finished
    const follows = () => follower.storage.getInstalledPlugins()
    await stage.clock.settle()
    while ((await follows()).length === 0) await stage.clock.advanceToNext()
    const loaded = await follower.plugins.load('acme.charts')
    expect(await leader.storage.evictLeastRecentlyUsed(1)).toMatchObject({ items: [] })
    expect(await loaded.read()).toHaveLength(300_000)
    await loaded.close()
  })

  it.each(['openPartial', 'write', 'seal', 'commit'])(
    'S29 the same plugin is being installed, at its %s -> refused, and the install comes through',
    async (at) => {
      let evicting: Promise<unknown> | undefined
      let dock: PluginDock | undefined
      const stage = createStage({
        faults: ({ operation, name }) => {
          const isAt = operation === at && (at !== 'commit' || name.includes('installed/'))
          if (isAt && dock) evicting ??= dock.storage.evictLeastRecentlyUsed(10_000_000)
        },
      })
      const opened = await stage.open()
      const old = await stage.publish(OLD)
      await (await opened.downloads.startDownload(old.url)).finished
      dock = opened
      const next = await stage.publish({ version: '2.0.0' })
      const task = await opened.downloads.startDownload(next.url)
      await stage.until(task, 'installed')
      expect(await evicting).toMatchObject({ bytesFreed: 0, items: [] })
      expect(await isInstalled(opened, 'acme.charts', next.bytes)).toBe(true)
    },
  )

  it.each([
    ['a year ahead', 365 * 24 * 3600_000],
    ['at the end of time', Number.MAX_SAFE_INTEGER],
    ['before the epoch', -1e15],
  ])('S28 a plugin was last used %s -> neither immortal nor the first to go for ever', async (_when, offsetMs) => {
    const stage = createStage()
    const dock = await stage.open()
    for (const id of ['acme.odd', 'acme.sane']) {
      await (await dock.downloads.startDownload((await stage.publish({ id })).url)).finished
    }
    await dock.close()
    const key = 'installed/acme.odd'
    const records = await stage.host.open()
    const record = await records.records.get(key)
    await records.close()
    const odd = { ...(record as object), lastUsedAt: stage.clock.now() + offsetMs } // reason: whatever it is, it is one
    stage.host.records.spoil(key, JSON.stringify(odd))
    const again = await stage.open()
    const plan = await again.storage.planEviction(10_000_000)
    expect(plan.items.map(({ pluginId }) => pluginId).sort()).toEqual(['acme.odd', 'acme.sane'])
    await stage.clock.advance(3600_000)
    await (await again.plugins.load('acme.odd')).close()
    await stage.clock.settle()
    const after = await again.storage.planEviction(1)
    expect(after.items).toMatchObject([{ pluginId: 'acme.sane' }])
  })
})
