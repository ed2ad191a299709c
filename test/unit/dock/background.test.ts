import { describe, expect, it, onTestFinished } from 'vitest'
import { createPluginDockOn, type HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { DownloadOptions } from '../../../src/dock/types.js'
import { type OpenDownload, planHandOver, type RunRequest } from '../../../src/domain/handOver.js'
import type { OpenBundle } from '../../../src/domain/openBundles.js'
import type { BackgroundTransfers } from '../../../src/ports/background.js'
import { always, type PluginBuild, stall } from '../../../src/testing/index.js'
import { createStage, isInstalled, passTimeUntil } from './stage.js'

const CHUNK = 65_536

/** A platform that goes on when the test says so. */
class TestedBackground implements BackgroundTransfers {
  /** What open bundles it was told of when it was asked last. */
  told: readonly OpenBundle[] = []
  /** Whoever takes back waits for it. */
  ready: Promise<void> = Promise.resolve()
  #take: (() => readonly OpenDownload[]) | undefined

  offer(take: () => readonly OpenDownload[]): void {
    this.#take = take
  }

  async takeBack(bundles: () => Promise<readonly OpenBundle[]>): Promise<void> {
    this.told = await bundles()
    await this.ready
  }

  get isOffered(): boolean {
    return this.#take !== undefined
  }

  /** What the page would hand over now. */
  offered(): readonly OpenDownload[] {
    return this.#take?.() ?? []
  }
}

async function openStage(options: HostDockOptions = {}) {
  const stage = createStage()
  const background = new TestedBackground()
  const open = async () => ({ ...(await stage.host.open()), background })
  const openDock = async () => {
    const dock = await createPluginDockOn({ ...stage.host, open, leases: stage.host.leases }, options)
    onTestFinished(() => dock.close())
    return dock
  }
  return { stage, background, openDock }
}

/** A download whose origin stands still in the middle. */
async function openStalled(options: HostDockOptions = {}, build: PluginBuild = {}, start: DownloadOptions = {}) {
  const { stage, background, openDock } = await openStage({ connectionsPerDownload: 1, ...options })
  const dock = await openDock()
  const plugin = await stage.publish(build)
  stage.origin.script(plugin.path, stall(CHUNK + 10))
  const stalled = stage.origin.next('stall', plugin.path)
  const task = await dock.downloads.startDownload(plugin.url, start)
  await stalled
  await stage.clock.settle()
  /** The page is gone, and nothing is scripted for the next one. */
  const leave = (): void => {
    stage.host.crash()
    stage.origin.unscript()
    stage.origin.forgetRequests()
  }
  const asked = () =>
    stage.origin.requests.filter(({ path }) => path === plugin.path).map(({ headers }) => headers.range)
  return { stage, background, openDock, dock, plugin, task, leave, asked }
}

type Stalled = Awaited<ReturnType<typeof openStalled>>
type Bytes = Uint8Array<ArrayBuffer>

/** As a service worker leaves it: the bytes of each request as a piece beside the partial. */
async function keep(
  { stage, plugin }: Stalled,
  requests: readonly RunRequest[],
  change: (bytes: Bytes) => Bytes = (bytes) => bytes,
): Promise<void> {
  const key = await partialKey(stage)
  for (const { run } of requests) {
    const bytes = plugin.bytes.slice(run.offset, run.offset + run.length)
    stage.host.bundles.addPiece(key, run.first, change(bytes))
  }
}

async function partialKey({ host }: Stalled['stage']): Promise<string> {
  const [partial] = await host.bundles.list()
  if (partial?.kind !== 'partial') throw new Error('There is no partial')
  return partial.name
}

function damaged(bytes: Bytes): Bytes {
  const copy = bytes.slice()
  copy[0] = (bytes[0] ?? 0) ^ 0xff
  return copy
}

describe('what a page offers when it goes away', () => {
  it('a download in the middle -> all chunks that it does not hold, under the URL that gives them', async () => {
    const { background, plugin } = await openStalled()
    expect(background.offered()).toEqual([
      expect.objectContaining({
        title: 'acme.charts',
        priority: 0,
        url: plugin.url.replace('manifest.json', 'acme.charts-1.0.0.bin'),
      }),
    ])
    const [offered] = background.offered()
    expect(offered?.missing.map(({ first, last }) => [first, last])).toEqual([[1, 4]])
  })

  it('more chunks come -> it lacks fewer; installed -> nothing', async () => {
    const { stage, background, plugin, task } = await openStalled({}, { size: 8 * CHUNK })
    stage.origin.release()
    await task.finished
    expect(background.offered()).toEqual([])
    expect(plugin.bytes.length).toBe(8 * CHUNK)
  })

  it('paused -> nothing; resumed -> it again', async () => {
    const { stage, background, dock, task, plugin } = await openStalled()
    await dock.downloads.pauseDownload(task.id)
    expect(background.offered()).toEqual([])
    stage.origin.script(plugin.path, stall(CHUNK + 10))
    const stalled = stage.origin.next('stall', plugin.path)
    await dock.downloads.resumeDownload(task.id)
    await stalled
    await stage.clock.settle()
    const [offered] = background.offered()
    expect(offered?.missing.map(({ first, last }) => [first, last])).toEqual([[2, 4]])
  })

  it('a bundle without chunks -> nothing: only from its start to its end can it be proven', async () => {
    const { background } = await openStalled({}, { chunkLengths: 'none' })
    expect(background.offered()).toEqual([])
  })

  it('a limit of speed, of all or of one -> nothing: nobody would keep it', async () => {
    const { background, dock, task } = await openStalled()
    await dock.policy.change({ limitBytesPerSecond: 1_000_000 })
    expect(background.offered()).toEqual([])
    await dock.policy.change({ limitBytesPerSecond: undefined })
    expect(background.offered()).toHaveLength(1)
    dock.supervisor.send({ type: 'download.limit', taskId: task.id, bytesPerSecond: 1_000_000 })
    expect(background.offered()).toEqual([])
  })
})

describe('a device that may be taken to a network which costs', () => {
  it.each([
    { what: 'a small download that a user wants', bandwidth: {}, options: {}, isOffered: true },
    { what: 'one above what needs consent', bandwidth: { askAboveBytes: 1000 }, options: {}, isOffered: false },
    {
      what: 'the same, with consent',
      bandwidth: { askAboveBytes: 1000 },
      options: { allowMetered: true },
      isOffered: true,
    },
    { what: 'one that nobody waits for', bandwidth: {}, options: { initiator: 'automatic' }, isOffered: false },
    {
      what: 'the same, where all may cost',
      bandwidth: { onMetered: 'allow' },
      options: { initiator: 'automatic' },
      isOffered: true,
    },
    {
      what: 'the same, where the user says that nothing costs',
      bandwidth: { connection: 'unmetered' },
      options: { initiator: 'automatic' },
      isOffered: true,
    },
    { what: 'one, where all waits', bandwidth: { onMetered: 'wait' }, options: {}, isOffered: false },
  ] as const)('$what -> offered: $isOffered', async ({ bandwidth, options, isOffered }) => {
    const { background } = await openStalled({ bandwidth }, {}, options)
    expect(background.offered()).toHaveLength(isOffered ? 1 : 0)
  })

  it('one that has no such networks -> offered, whoever wants it', async () => {
    const { background, stage } = await openStalled({}, {}, { initiator: 'automatic' })
    stage.host.conditions.change({ metered: undefined })
    expect(background.offered()).toHaveLength(1)
  })
})

describe('a page that is back, after others went on with its downloads', () => {
  it('all came -> installed, and nothing is asked again', async () => {
    const stalled = await openStalled()
    await keep(stalled, planHandOver(stalled.background.offered()))
    stalled.leave()
    const dock = await stalled.openDock()
    await dock.downloads.getTask(stalled.task.id)?.finished
    expect(await isInstalled(dock, 'acme.charts', stalled.plugin.bytes)).toBe(true)
    expect(stalled.asked()).toEqual([])
    expect(dock.downloads.getTask(stalled.task.id)?.progress).toMatchObject({
      bytesDownloaded: stalled.plugin.bytes.length,
      bytesReused: stalled.plugin.bytes.length - CHUNK,
    })
    expect((await stalled.stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle'])
  })

  it('some came -> only the rest is asked for', async () => {
    const stalled = await openStalled()
    const [offered] = stalled.background.offered()
    if (!offered) throw new Error('Nothing is offered')
    await keep(stalled, [{ url: offered.url, run: offered.map.run(3, 3) }])
    stalled.leave()
    const dock = await stalled.openDock()
    await dock.downloads.getTask(stalled.task.id)?.finished
    expect(await isInstalled(dock, 'acme.charts', stalled.plugin.bytes)).toBe(true)
    expect(stalled.asked()).toEqual([`bytes=${CHUNK}-${3 * CHUNK - 1}`, `bytes=${4 * CHUNK}-`])
  })

  it.each([
    { what: 'a first byte that is wrong', change: damaged, asks: `bytes=${CHUNK}-${2 * CHUNK - 1}` },
    { what: 'nothing in it', change: () => new Uint8Array(0), asks: `bytes=${CHUNK}-` },
    {
      what: 'an end that is missing',
      change: (bytes: Bytes) => bytes.slice(0, CHUNK + 5),
      asks: `bytes=${2 * CHUNK}-`,
    },
    {
      what: 'more than was asked for',
      change: (bytes: Bytes) => new Uint8Array([...bytes, ...bytes]),
      asks: undefined,
    },
  ])('a piece with $what -> not a wrong byte, and what it lacks is asked for', async ({ change, asks }) => {
    const stalled = await openStalled()
    await keep(stalled, planHandOver(stalled.background.offered()), change)
    stalled.leave()
    const dock = await stalled.openDock()
    await dock.downloads.getTask(stalled.task.id)?.finished
    expect(await isInstalled(dock, 'acme.charts', stalled.plugin.bytes)).toBe(true)
    expect(stalled.asked()).toEqual(asks ? [asks] : [])
    expect((await stalled.stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle'])
  })

  it('a piece of chunks that there are none of -> it is removed', async () => {
    const stalled = await openStalled()
    const { stage } = stalled
    stage.host.bundles.addPiece(await partialKey(stage), 99, new Uint8Array(CHUNK))
    stalled.leave()
    const dock = await stalled.openDock()
    await dock.downloads.getTask(stalled.task.id)?.finished
    expect((await stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle'])
  })

  it('it is told which bundles are being filled', async () => {
    const stalled = await openStalled()
    const key = await partialKey(stalled.stage)
    stalled.leave()
    const dock = await stalled.openDock()
    expect(stalled.background.told.map((bundle) => [bundle.partialKey, bundle.map.count])).toEqual([[key, 5]])
    await dock.downloads.getTask(stalled.task.id)?.finished
  })

  it('some came, and the power is cut as soon as they are taken over -> they are there', async () => {
    const stage = createStage({ unflushed: 'lost' })
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, always(stall(10)))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    const [partial] = await stage.host.bundles.list()
    stage.host.crash()
    stage.host.bundles.addPiece(partial?.name ?? '', 0, bytes.slice(0, 131_072))
    const taken = stage.origin.next('stall', path)
    await stage.open()
    await taken
    stage.host.crash()
    stage.origin.unscript(path)
    const again = await stage.open()
    const isThere = (): boolean => again.downloads.getTask(task.id)?.progress.state === 'installed'
    await passTimeUntil(stage.clock, isThere, 'it to be installed')
    expect(stage.origin.requests.at(-1)?.headers.range).toBe('bytes=131072-')
  })

  it('until what came is looked after -> nothing is asked for', async () => {
    const stalled = await openStalled()
    const { background, stage } = stalled
    const requests = planHandOver(background.offered())
    let done = (): void => {}
    background.ready = new Promise((resolve) => {
      done = resolve
    })
    stalled.leave()
    const dock = await stalled.openDock()
    const task = dock.downloads.getTask(stalled.task.id)
    await stage.clock.settle()
    expect(task?.progress.state).toBe('downloading')
    await keep(stalled, requests)
    done()
    await task?.finished
    expect(stalled.asked()).toEqual([])
  })

  it('cancelled, or the dock is closed, before what came is looked after -> no wait', async () => {
    const stalled = await openStalled()
    stalled.background.ready = new Promise(() => {})
    stalled.leave()
    const dock = await stalled.openDock()
    await dock.downloads.cancelDownload(stalled.task.id)
    await dock.close()
    expect(await stalled.stage.host.bundles.list()).toEqual([])
  })

  it('closed before what came is looked after -> nothing is offered any more', async () => {
    const { background, openDock, stage } = await openStage()
    let done = (): void => {}
    background.ready = new Promise((resolve) => {
      done = resolve
    })
    await (await openDock()).close()
    done()
    await stage.clock.settle()
    expect(background.isOffered).toBe(false)
    await openDock()
    await stage.clock.settle()
    expect(background.isOffered).toBe(true)
  })

  it('the download is gone -> its pieces go at the next start', async () => {
    const stalled = await openStalled()
    const { stage, dock, task } = stalled
    const key = await partialKey(stage)
    await dock.downloads.cancelDownload(task.id)
    stage.host.bundles.addPiece(key, 3, new Uint8Array(CHUNK))
    stalled.leave()
    await stalled.openDock()
    expect(await stage.host.bundles.list()).toEqual([])
  })
})
