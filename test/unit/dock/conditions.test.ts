import { describe, expect, it } from 'vitest'
import type { HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { DockNotification, DownloadOptions, DownloadTask, PluginDock } from '../../../src/dock/types.js'
import type { Conditions } from '../../../src/ports/conditions.js'
import { always, type Fault, html, stall } from '../../../src/testing/index.js'
import { createStage, isInstalled, type Stage } from './stage.js'

const SIZE = 300_000
/** Asks for everything that is larger than nothing. */
const ASKS: HostDockOptions = { bandwidth: { askAboveBytes: 0 } }

interface Story {
  readonly conditions?: Partial<Conditions>
  readonly dock?: HostDockOptions
  readonly options?: DownloadOptions
  readonly faults?: readonly Fault[]
}

async function begin({ conditions = {}, dock: dockOptions = ASKS, options, faults = [] }: Story = {}) {
  const stage = createStage({ conditions })
  const plugin = await stage.publish({ size: SIZE })
  stage.origin.script(plugin.path, ...faults)
  const dock = await stage.open(dockOptions)
  const task = await dock.downloads.startDownload(plugin.url, options)
  return { stage, dock, plugin, task }
}

/** A download that hangs in the middle of its bundle. */
async function beginHalf(story: Story = {}) {
  const begun = await begin({ ...story, faults: [stall(100_000), ...(story.faults ?? [])] })
  await begun.stage.until(begun.task, 'downloading')
  await begun.stage.clock.advance(200)
  expect(begun.task.progress.bytesDownloaded).toBeGreaterThan(0)
  return begun
}

function requestsOf({ origin }: Stage, path: string): number {
  return origin.requests.filter((request) => request.path === path).length
}

function noticesOf(dock: PluginDock): DockNotification[] {
  const heard: DockNotification[] = []
  dock.notifications.subscribe((notice) => heard.push(notice))
  return heard
}

async function expectWaits(stage: Stage, task: DownloadTask, state: string, code: string): Promise<void> {
  await stage.clock.advance(60_000)
  expect(task.progress).toMatchObject({ state, waitingFor: { code }, speedBytesPerSecond: 0, attempt: 1 })
}

it('hundreds wait, and the network goes and comes back -> who runs stops at once, and all the others wait, and go on', async () => {
  const stage = createStage()
  const { manifest, url, path } = await stage.publish({ size: 1000 })
  stage.origin.script(path, always(stall(10)))
  const dock = await stage.open()
  const starts = Array.from({ length: 350 }, (_, at) =>
    dock.downloads.startDownload({ ...manifest, id: `plugin-${at}` }, { baseUrl: url }),
  )
  const tasks = await Promise.all(starts)
  await stage.clock.settle()
  const countIn = (state: string) => tasks.filter(({ progress }) => progress.state === state).length
  expect(countIn('downloading')).toBe(3)
  stage.host.conditions.change({ online: false })
  expect(countIn('downloading')).toBe(0)
  expect(countIn('queued')).toBeGreaterThan(0)
  await stage.clock.advance(10)
  expect(countIn('awaitingNetwork')).toBe(350)
  stage.host.conditions.change({ online: true })
  await stage.clock.advance(2000)
  expect([countIn('downloading'), countIn('queued')]).toEqual([3, 347])
})

describe('offline', () => {
  it('from the start -> not even the manifest is asked for, until there is a network', async () => {
    const { stage, task } = await begin({ conditions: { online: false } })
    await expectWaits(stage, task, 'awaitingNetwork', 'offline')
    expect(stage.origin.requests).toEqual([])
    stage.host.conditions.change({ online: true })
    await stage.until(task, 'installed')
  })

  it('in the middle -> stops at once, keeps its bytes, counts no attempt, and goes on by itself', async () => {
    const { stage, dock, task, plugin } = await beginHalf()
    stage.host.conditions.change({ online: false })
    expect(task.progress).toMatchObject({ state: 'awaitingNetwork', waitingFor: { code: 'offline' } })
    await expectWaits(stage, task, 'awaitingNetwork', 'offline')
    const held = task.progress.bytesDownloaded
    expect(requestsOf(stage, plugin.path)).toBe(1)
    stage.host.conditions.change({ online: true })
    await stage.until(task, 'installed')
    expect(task.progress.attempt).toBe(1)
    expect(stage.origin.requests.at(-1)?.headers.range).not.toBe('bytes=0-')
    expect(held).toBeGreaterThan(0)
    expect(await isInstalled(dock, 'acme.charts', plugin.bytes)).toBe(true)
  })

  it('told after the connection broke -> the attempt that failed for it does not count', async () => {
    const { stage, task } = await beginHalf({ dock: { retry: { jitter: 'none', baseDelayMs: 5000 } } })
    stage.origin.cut()
    await stage.until(task, 'retrying')
    expect(task.progress.attempt).toBe(2)
    stage.host.conditions.change({ online: false })
    await expectWaits(stage, task, 'awaitingNetwork', 'offline')
  })

  it('H52 and back a hundred times, each for less than a second -> one request, when it stays', async () => {
    const { stage, task, plugin } = await beginHalf()
    for (let times = 0; times < 100; times++) {
      stage.host.conditions.change({ online: false })
      stage.host.conditions.change({ online: true })
      await stage.clock.advance(500)
    }
    expect(requestsOf(stage, plugin.path)).toBe(1)
    expect(task.progress).toMatchObject({ state: 'awaitingNetwork', attempt: 1 })
    await stage.until(task, 'installed')
    expect(requestsOf(stage, plugin.path)).toBe(2)
  })

  it('paused meanwhile -> stays paused when there is a network', async () => {
    const { stage, dock, task } = await beginHalf()
    stage.host.conditions.change({ online: false })
    await dock.downloads.pauseDownload(task.id)
    stage.host.conditions.change({ online: true })
    await stage.clock.advance(5000)
    expect(task.progress).toMatchObject({ state: 'paused', waitingFor: { code: 'user' } })
    await dock.downloads.resumeDownload(task.id)
    await task.finished
  })

  it('a process ends and another begins, still offline -> waits as before', async () => {
    const { stage, task } = await beginHalf()
    stage.host.conditions.change({ online: false })
    await stage.clock.advance(1000)
    stage.host.crash()
    const dock = await stage.open(ASKS)
    const again = dock.downloads.getTask(task.id)
    expect(again?.progress).toMatchObject({ state: 'awaitingNetwork', waitingFor: { code: 'offline' } })
    stage.host.conditions.change({ online: true })
    await stage.clock.advance(1000)
    await again?.finished
  })
})

describe('a metered network', () => {
  it('a start of the user -> the size is found out, and asked about once; an OK for this one', async () => {
    const { stage, dock, task, plugin } = await begin({ conditions: { metered: true } })
    const heard = noticesOf(dock)
    const waits: unknown[] = []
    dock.supervisor.on('download.waiting', (event) => waits.push(event))
    await expectWaits(stage, task, 'awaitingConsent', 'consent')
    expect(task.progress.waitingFor?.bytesToTransfer).toBe(SIZE)
    expect(requestsOf(stage, plugin.path)).toBe(0)
    expect(heard).toMatchObject([{ type: 'consentNeeded', taskId: task.id, pluginId: 'acme.charts' }])
    expect(waits).toMatchObject([{ taskId: task.id, hold: { code: 'consent', bytesToTransfer: SIZE } }])
    await dock.downloads.approveDownload(task.id)
    await task.finished
    expect(dock.policy.current.onMetered).toBe('ask')
  })

  it('an OK for always -> the policy says so, and the next one is not asked about', async () => {
    const { stage, dock, task } = await begin({ conditions: { metered: true } })
    await stage.until(task, 'awaitingConsent')
    await dock.downloads.approveDownload(task.id, { always: true })
    expect(dock.policy.current.onMetered).toBe('allow')
    await task.finished
    const { url } = await stage.publish({ id: 'acme.other' })
    await (await dock.downloads.startDownload(url)).finished
  })

  it('an OK by an event for always -> the same', async () => {
    const { stage, dock, task } = await begin({ conditions: { metered: true } })
    await stage.until(task, 'awaitingConsent')
    dock.supervisor.send({ type: 'download.approve', taskId: task.id, always: true })
    await task.finished
    expect(dock.policy.current.onMetered).toBe('allow')
  })

  it('another network comes -> begins by itself, and is not asked about again', async () => {
    const { stage, dock, task } = await begin({ conditions: { metered: true } })
    const heard = noticesOf(dock)
    await stage.until(task, 'awaitingConsent')
    stage.host.conditions.change({ metered: false })
    stage.host.conditions.change({ metered: true })
    await expectWaits(stage, task, 'awaitingConsent', 'consent')
    expect(heard).toHaveLength(1)
    stage.host.conditions.change({ metered: false })
    await task.finished
  })

  it('a restart while it asks -> still asks, and tells nobody again; an OK then outlives the next one', async () => {
    const { stage, task } = await begin({ conditions: { metered: true }, faults: [stall(100_000)] })
    await stage.until(task, 'awaitingConsent')
    await stage.clock.advance(1000)
    stage.host.crash()
    const second = await stage.open(ASKS)
    const heard = noticesOf(second)
    const again = second.downloads.getTask(task.id)
    expect(again?.progress).toMatchObject({ state: 'awaitingConsent', waitingFor: { bytesToTransfer: SIZE } })
    await second.downloads.approveDownload(task.id)
    await stage.clock.advance(1000)
    expect(heard).toEqual([])
    stage.host.crash()
    const third = await stage.open(ASKS)
    await third.downloads.getTask(task.id)?.finished
  })

  it.each([
    ['automatic', { initiator: 'automatic' }],
    ['not for it', { allowMetered: false }],
  ] as const)('%s -> waits, without a request for the bundle, until an OK or another network', async (_, options) => {
    const { stage, task, plugin } = await begin({ conditions: { metered: true }, options })
    await expectWaits(stage, task, 'awaitingNetwork', 'metered')
    expect(requestsOf(stage, plugin.path)).toBe(0)
    stage.host.conditions.change({ metered: false })
    await task.finished
  })

  it('automatic, and then a person starts the same -> it is theirs, and is asked about', async () => {
    const { stage, dock, task, plugin } = await begin({
      conditions: { metered: true },
      options: { initiator: 'automatic' },
    })
    await expectWaits(stage, task, 'awaitingNetwork', 'metered')
    expect((await dock.downloads.startDownload(plugin.url)).id).toBe(task.id)
    await stage.until(task, 'awaitingConsent')
  })

  it('in the middle -> what runs stops and asks about what is left', async () => {
    const { stage, dock, task } = await beginHalf()
    stage.host.conditions.change({ metered: true })
    expect(task.progress.state).toBe('awaitingConsent')
    const left = task.progress.waitingFor?.bytesToTransfer ?? 0
    expect(left).toBe(SIZE - task.progress.bytesDownloaded)
    await dock.downloads.approveDownload(task.id)
    await task.finished
  })

  it('a policy that changes -> obeyed at once', async () => {
    const { stage, dock, task } = await beginHalf({ dock: {} })
    await dock.policy.change({ connection: 'metered', onMetered: 'wait' })
    await expectWaits(stage, task, 'awaitingNetwork', 'metered')
    await dock.policy.change({ onMetered: 'ask' })
    await task.finished
  })

  it('an update of which most is on the disk -> only the rest is asked about', async () => {
    const stage = createStage()
    const chunkLengths = 50_000
    const first = await stage.publish({ size: SIZE, chunkLengths })
    const dock = await stage.open({ bandwidth: { askAboveBytes: 60_000 } })
    await (await dock.downloads.startDownload(first.url)).finished
    await stage.clock.advance(11_000)
    stage.host.conditions.change({ metered: true })
    const bytes = Uint8Array.from(first.bytes)
    bytes[0] = (bytes[0] ?? 0) ^ 1
    const next = await stage.publish({ version: '2.0.0', size: SIZE, chunkLengths, bytes })
    const task = await dock.downloads.startDownload(next.url)
    await task.finished
    expect(task.progress.bytesReused).toBe(SIZE - chunkLengths)
  })
})

describe('a network that wants one to sign in', () => {
  const PATIENT: HostDockOptions = { retry: { jitter: 'none', maxAttempts: 5 } }

  it('answers in place of the bundle -> waits without end, asks ever more rarely, and goes on by itself', async () => {
    const { stage, task, plugin } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    const host = new URL(plugin.url).host
    expect(task.progress.waitingFor).toMatchObject({ code: 'captive-portal', host })
    await stage.clock.advance(3_600_000)
    expect(task.progress).toMatchObject({ state: 'awaitingNetwork', attempt: 1 })
    expect(requestsOf(stage, plugin.path)).toBeLessThan(70)
    stage.origin.unscript()
    await stage.clock.advance(60_000)
    await task.finished
  })

  it('answers in place of the manifest, always -> fails after some probes, and names both possibilities', async () => {
    const stage = createStage()
    const { url } = await stage.publish()
    stage.origin.script(new URL(url).pathname, always(html()))
    const dock = await stage.open(PATIENT)
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'awaitingNetwork')
    expect(task.progress.waitingFor).toMatchObject({ code: 'captive-portal', attempt: 0, maxAttempts: 5 })
    await stage.until(task, 'failed')
    await expect(task.finished).rejects.toMatchObject({ code: 'manifest', isWebPage: true })
    expect(task.progress.failure?.message).toMatch(/sign in.*wrong/)
    expect(stage.origin.requests).toHaveLength(6)
    stage.origin.unscript()
    await dock.downloads.retryDownload(task.id)
    await task.finished
  })

  it('others of that server -> wait with it and knock at no door; those of another go on', async () => {
    const { stage, dock, task, plugin } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    const other = await stage.publish({ id: 'acme.other' })
    const second = await dock.downloads.startDownload(other.url)
    await stage.until(second, 'awaitingNetwork')
    expect(second.progress.waitingFor).toMatchObject({ code: 'captive-portal', host: new URL(plugin.url).host })
    expect(requestsOf(stage, new URL(other.url).pathname)).toBe(0)
    stage.origin.unscript()
    await stage.clock.advance(5000)
    await Promise.all([task.finished, second.finished])
  })

  it('it is but one file that is gone, and a page in its place -> others wait for some minutes, not for ever', async () => {
    const { stage, dock, task } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    const others = await Promise.all(['b', 'c', 'd'].map((id) => stage.publish({ id })))
    const waiting = await Promise.all(others.map(({ url }) => dock.downloads.startDownload(url)))
    for (const other of waiting) await stage.until(other, 'awaitingNetwork')
    await stage.clock.advance(60_000)
    expect(waiting.map(({ progress }) => progress.state)).toEqual(Array(3).fill('awaitingNetwork'))
    await stage.clock.advance(120_000)
    await Promise.all(waiting.map(({ finished }) => finished))
    expect(task.progress).toMatchObject({ state: 'awaitingNetwork', waitingFor: { code: 'captive-portal' } })
  })

  it('for a quarter of an hour -> a few others try in vain; all go on when it is over', async () => {
    const { stage, dock, task } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    const others = await Promise.all(Array.from({ length: 30 }, (_, at) => stage.publish({ id: `p${at}` })))
    for (const { url, path } of others)
      for (const hidden of [path, new URL(url).pathname]) stage.origin.script(hidden, always(html()))
    const waiting = await Promise.all(others.map(({ url }) => dock.downloads.startDownload(url)))
    stage.origin.forgetRequests()
    await stage.clock.advance(900_000)
    expect(stage.origin.requests.length).toBeLessThan(50)
    const failed = waiting.filter(({ progress }) => progress.state === 'failed')
    expect(failed.length).toBeLessThan(12)
    stage.origin.unscript()
    for (const { id } of failed) await dock.downloads.retryDownload(id)
    await stage.clock.advance(120_000)
    await Promise.all([task, ...waiting].map(({ finished }) => finished))
  })

  it.each([
    ['the one that is asked for', false],
    ['the one that is asked for, and it is cancelled', true],
  ])('two files are gone, and one is back: not %s -> it is found all the same', async (_, isCancelled) => {
    const stage = createStage()
    const [gone, back] = [await stage.publish({ id: 'acme.gone' }), await stage.publish({ id: 'acme.back' })]
    for (const { path } of [gone, back]) stage.origin.script(path, always(html()))
    const dock = await stage.open(PATIENT)
    const tasks = await Promise.all([gone, back].map(({ url }) => dock.downloads.startDownload(url)))
    for (const task of tasks) await stage.until(task, 'awaitingNetwork')
    const [first, second] = tasks
    stage.origin.unscript(back.path)
    if (isCancelled && first) await dock.downloads.cancelDownload(first.id)
    await stage.clock.advance(180_000)
    await second?.finished
    expect(first?.progress.state).toBe(isCancelled ? 'cancelled' : 'awaitingNetwork')
  })

  it('whoever met it is cancelled -> the others try for themselves', async () => {
    const { stage, dock, task } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    const second = await dock.downloads.startDownload((await stage.publish({ id: 'acme.other' })).url)
    await stage.until(second, 'awaitingNetwork')
    await dock.downloads.cancelDownload(task.id)
    await second.finished
  })

  it.each([
    ['a retry', (dock: PluginDock, task: DownloadTask) => dock.downloads.retryDownload(task.id)],
    ['a page that is looked at again', (_: PluginDock, __: DownloadTask, stage: Stage) => showAgain(stage)],
  ])('%s -> is asked at once', async (_, hint) => {
    const { stage, dock, task } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    await stage.clock.advance(600_000)
    stage.origin.unscript()
    await hint(dock, task, stage)
    await stage.clock.advance(1000)
    await task.finished
  })

  it('offline meanwhile -> nobody is asked', async () => {
    const { stage, task, plugin } = await begin({ dock: PATIENT, faults: [always(html())] })
    await stage.until(task, 'awaitingNetwork')
    stage.host.conditions.change({ online: false })
    const before = requestsOf(stage, plugin.path)
    await expectWaits(stage, task, 'awaitingNetwork', 'offline')
    expect(requestsOf(stage, plugin.path)).toBe(before)
  })
})

async function showAgain({ host }: Stage): Promise<void> {
  host.conditions.change({ visible: false })
  host.conditions.change({ visible: true })
}
