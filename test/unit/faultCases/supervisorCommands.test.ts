import { describe, expect, it } from 'vitest'
import { seededBytes } from '../../../src/testing/index.js'
import { createStage, isInstalled, passTimeUntil, type Stage } from '../dock/stage.js'
import { createStorageGate, writesInstalled } from '../dock/storageGate.js'
import { createTabStage } from '../dock/tabs/tabStage.js'
import { ID, liveUntil, momentOf } from './lifeStages.js'

/** What a pause may cost: bytes that were on their way. */
const PIECE_BYTES = 65_536

/** The most requests for a bundle that were open at once. */
function watchOpen({ origin }: Stage, path: string): { readonly most: number } {
  const seen = { most: 0 }
  const look = (): void => {
    const open = origin.requests.filter((request) => request.path === path && request.outcome === 'open')
    seen.most = Math.max(seen.most, open.length)
    void origin.next('request', path).then(look)
  }
  void origin.next('request', path).then(look)
  return seen
}

describe('V2 paused and resumed at random', () => {
  it.each([65_536, 'none'] as const)(
    'V2 a thousand times, chunks %s -> the right bytes, hardly one twice, and one request at a time',
    async (chunkLengths) => {
      const stage = createStage()
      const dock = await stage.open()
      const { url, path, bytes } = await stage.publish({ size: 1_000_000, chunkLengths })
      const open = watchOpen(stage, path)
      const task = await dock.downloads.startDownload(url)
      for (let round = 0; round < 1000; round++) {
        for (let turn = stage.clock.random() * 3; turn > 0; turn--) await Promise.resolve()
        void dock.downloads.pauseDownload(task.id)
        if (stage.clock.random() < 0.05) await stage.clock.settle()
        void dock.downloads.resumeDownload(task.id)
      }
      await stage.until(task, 'installed')
      expect(await isInstalled(dock, ID, bytes)).toBe(true)
      const requests = stage.origin.requests.filter((request) => request.path === path)
      expect(task.progress.bytesTransferred).toBeLessThanOrEqual(bytes.length + requests.length * PIECE_BYTES)
      expect(open.most).toBe(1)
    },
  )
})

describe('V3 a command while the one before takes effect', () => {
  it('V3 resumed while it pauses -> goes on, and no byte is lost', async () => {
    const { stage, dock, task, held } = await liveUntil(momentOf('pausing'))
    const resuming = dock.downloads.resumeDownload(task.id)
    held?.release()
    await resuming
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(task.progress.totalBytes)
  })

  it('V3 cancelled while it is resumed -> cancelled, and nothing is left', async () => {
    const { stage, dock, task } = await liveUntil(momentOf('paused'))
    const resuming = dock.downloads.resumeDownload(task.id)
    await dock.downloads.cancelDownload(task.id)
    await resuming
    expect(task.progress.state).toBe('cancelled')
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('V3 resumed while it is cancelled -> cancelled all the same', async () => {
    const { stage, dock, task } = await liveUntil(momentOf('paused'))
    const cancelling = dock.downloads.cancelDownload(task.id)
    await dock.downloads.resumeDownload(task.id).catch(() => {})
    await cancelling
    expect(task.progress.state).toBe('cancelled')
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it.each(['verifying', 'extracting'])(
    'V3 paused while %s -> paused; resumed -> installed without a byte more',
    async (name) => {
      const { stage, dock, task, held } = await liveUntil(momentOf(name))
      const pausing = dock.downloads.pauseDownload(task.id)
      held?.release()
      await pausing
      expect(task.progress.state).toBe('paused')
      await dock.downloads.resumeDownload(task.id)
      await stage.until(task, 'installed')
      expect(task.progress.bytesTransferred).toBe(task.progress.totalBytes)
    },
  )

  it.each(['sealing', 'committing'])('V3 paused while %s -> it is too late, and it is installed', async (name) => {
    const { stage, dock, task, held } = await liveUntil(momentOf(name))
    const pausing = dock.downloads.pauseDownload(task.id)
    held?.release()
    await pausing
    await stage.until(task, 'installed')
  })
})

describe('V4 the same plugin is asked for twice', () => {
  it('V4 in one tick -> one task, and one transfer', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish()
    const [first, second] = await Promise.all([dock.downloads.startDownload(url), dock.downloads.startDownload(url)])
    expect(second.id).toBe(first.id)
    await first.finished
    expect(stage.origin.bytesSent(path)).toBe(bytes.length)
  })

  it('V4 by its URL and as an object -> one transfer', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, manifest, path, bytes } = await stage.publish()
    const tasks = await Promise.all([
      dock.downloads.startDownload(url),
      dock.downloads.startDownload(manifest, { baseUrl: url }),
    ])
    for (const task of tasks) await stage.until(task, 'installed')
    expect(stage.origin.bytesSent(path)).toBe(bytes.length)
  })

  it('V4 another version -> waits for the first, and follows it', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const old = await stage.publish()
    const next = await stage.publish({ version: '2.0.0' })
    const order: (string | undefined)[] = []
    dock.notifications.subscribe(({ version }) => order.push(version))
    const tasks = await Promise.all(
      [old, next].map(({ manifest, url }) => dock.downloads.startDownload(manifest, { baseUrl: url })),
    )
    expect(tasks[1]?.progress.waitingFor).toMatchObject({ code: 'same-plugin' })
    for (const task of tasks) await stage.until(task, 'installed')
    expect(order).toEqual(['1.0.0', '2.0.0'])
    expect(await isInstalled(dock, ID, next.bytes)).toBe(true)
  })

  it('V4 in two pages -> one transfer, and both see it installed', async () => {
    const tabs = createTabStage()
    const [first, second] = [await tabs.openTab(), await tabs.openTab()]
    const { url, path, bytes } = await tabs.publish()
    const tasks = await tabs.settled(
      Promise.all([first.dock.downloads.startDownload(url), second.dock.downloads.startDownload(url)]),
    )
    expect(tasks[0]?.id).toBe(tasks[1]?.id)
    await tabs.pass(() => tasks.every(({ progress }) => progress.state === 'installed'), 'both to see it installed')
    expect(tabs.origin.bytesSent(path)).toBe(bytes.length)
  })
})

describe('V5 installing and removing one plugin', () => {
  it.each([
    ['downloading', ({ operation }: { operation: string }) => operation === 'write'],
    ['sealing', ({ operation }: { operation: string }) => operation === 'seal'],
    ['committing', writesInstalled],
  ] as const)(
    'V5 removed while an update is %s -> the old one goes, the update comes, nothing else is left',
    async (_, stops) => {
      const gate = createStorageGate()
      const stage = createStage(gate)
      const dock = await stage.open()
      const old = await stage.publish()
      await (await dock.downloads.startDownload(old.url)).finished
      const next = await stage.publish({ version: '2.0.0' })
      const held = gate.hold(stops)
      const task = await dock.downloads.startDownload(next.manifest, { baseUrl: next.url })
      await held.reached
      const removing = dock.storage.deletePlugin(ID)
      held.release()
      await removing
      await passTimeUntil(stage.clock, () => task.progress.state === 'installed', 'the update to be installed')
      const installed = await dock.storage.getInstalledPlugins()
      const files = await stage.host.bundles.list()
      // who comes last decides: removed before the commit, or after it
      expect(files.map(({ name }) => name)).toEqual(installed.map(({ address }) => address))
      if (installed.length > 0) expect(await isInstalled(dock, ID, next.bytes)).toBe(true)
      expect(await dock.plugins.versions(ID).catch(() => [])).toHaveLength(installed.length)
    },
  )

  it('V5 installed while it is being removed -> fetched again, and there', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url, bytes } = await stage.publish()
    await (await dock.downloads.startDownload(url)).finished
    const held = gate.hold(({ operation }) => operation === 'deleteBundle')
    const removing = dock.storage.deletePlugin(ID)
    await held.reached
    const task = await dock.downloads.startDownload(url)
    held.release()
    await removing
    await passTimeUntil(stage.clock, () => task.progress.state === 'installed', 'it to be installed')
    expect(await isInstalled(dock, ID, bytes)).toBe(true)
  })

  it.each([
    ['downloading', ({ operation }: { operation: string }) => operation === 'write', '3.0.0 active, 1.0.0 previous'],
    ['committing', writesInstalled, '3.0.0 active, 2.0.0 previous'],
  ] as const)(
    'V5 rolled back while an update is %s -> what was active is left once, and the update comes',
    async (_, stops, versions) => {
      const gate = createStorageGate()
      const stage = createStage(gate)
      const dock = await stage.open()
      for (const version of ['1.0.0', '2.0.0']) {
        const { url } = await stage.publish({ version })
        await (await dock.downloads.startDownload(url)).finished
      }
      const next = await stage.publish({ version: '3.0.0' })
      const held = gate.hold(stops)
      const task = await dock.downloads.startDownload(next.manifest, { baseUrl: next.url })
      await held.reached
      const rollingBack = dock.plugins.rollback(ID)
      await stage.clock.settle()
      held.release()
      await rollingBack
      await passTimeUntil(stage.clock, () => ['installed', 'rolledBack'].includes(task.progress.state), 'the update')
      const listed = await dock.plugins.versions(ID)
      expect(listed.map(({ version, role }) => `${version} ${role}`).join(', ')).toBe(versions)
      const loaded = await dock.plugins.load(ID)
      const wanted = seededBytes(300_000, `${ID} ${loaded.version} 0`)
      expect(Buffer.compare(await loaded.read(), wanted)).toBe(0)
    },
  )
})
