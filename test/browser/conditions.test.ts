import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { cdp, commands } from 'vitest/browser'
import { createBrowserConditions } from '../../src/adapters/browserConditions.js'
import {
  type BandwidthPolicy,
  type BrowserPluginDockOptions,
  createPluginDock,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadTask,
  type PluginDock,
} from '../../src/hosts/browser/index.js'
import { freshName, removeFolderOf } from './engineWorker.js'

const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'
const SIZE = 300_000
const HALF = 100_000

let origin: string
let name: string
const docks: PluginDock[] = []

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  Reflect.deleteProperty(navigator, 'connection')
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
  await commands.closeOrigin(origin)
  await removeFolderOf(name)
})

interface Network {
  readonly type?: string
  readonly saveData?: boolean
  readonly metered?: boolean
}

/** Of some engines only: not in the DOM library. */
function connection(): EventTarget | undefined {
  return Reflect.get(navigator, 'connection')
}

/** What the browser says of the network from now on; it tells so, too. */
function beOn(network: Network): void {
  const present = connection()
  Object.defineProperty(navigator, 'connection', {
    configurable: true,
    value: Object.assign(new EventTarget(), network),
  })
  present?.dispatchEvent(new Event('change'))
}

async function beOffline(offline: boolean): Promise<void> {
  await cdp().send('Network.enable')
  const rest = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
  await cdp().send('Network.emulateNetworkConditions', { offline, ...rest })
}

async function goOffline(): Promise<void> {
  onTestFinished(() => beOffline(false))
  await beOffline(true)
}

async function open(options: BrowserPluginDockOptions = {}): Promise<PluginDock> {
  const dock = await createPluginDock({ name, ...options })
  docks.push(dock)
  return dock
}

async function start(dock: PluginDock, options: DownloadOptions = {}): Promise<DownloadTask> {
  return dock.downloads.startDownload(await commands.publish(origin, { size: SIZE }), options)
}

function until(
  dock: PluginDock,
  task: DownloadTask,
  isWanted: (progress: DownloadProgress) => boolean,
): Promise<DownloadProgress> {
  return new Promise((resolve) => {
    dock.downloads.watchProgress(task.id).subscribe((progress) => isWanted(progress) && resolve(progress))
  })
}

const RESTING = new Set(['installed', 'awaitingNetwork', 'awaitingConsent'])

/** Where a download comes to rest, and why. */
async function restOf(dock: PluginDock, task: DownloadTask): Promise<string> {
  const { state, waitingFor } = await until(dock, task, (progress) => RESTING.has(progress.state))
  return waitingFor ? `${state}: ${waitingFor.code}` : state
}

/** Begins a download that hangs in the middle. */
async function startHalf(dock: PluginDock, options?: DownloadOptions): Promise<DownloadTask> {
  await commands.scriptFaults(origin, BUNDLE, [['stall', HALF]])
  const task = await start(dock, options)
  await until(dock, task, ({ bytesTransferred }) => bytesTransferred >= HALF)
  return task
}

const CELLULAR: Network = { type: 'cellular', saveData: false }
const WIFI: Network = { type: 'wifi', saveData: false }
const SAVING: Network = { type: 'wifi', saveData: true }
const ASKS: Partial<BandwidthPolicy> = { askAboveBytes: 0 }
const AUTOMATIC: DownloadOptions = { initiator: 'automatic' }

describe('what the browser says of the network, and what the policy makes of it', () => {
  it.each<[string, Network, Partial<BandwidthPolicy>, DownloadOptions]>([
    ['installed', WIFI, ASKS, {}],
    ['installed', WIFI, ASKS, AUTOMATIC],
    ['installed', {}, ASKS, AUTOMATIC],
    ['installed', { type: 'unknown' }, ASKS, AUTOMATIC],
    ['installed', CELLULAR, { askAboveBytes: SIZE }, {}],
    ['awaitingConsent: consent', CELLULAR, ASKS, {}],
    ['awaitingConsent: consent', { metered: true }, ASKS, {}],
    ['installed', { type: 'cellular', metered: false }, ASKS, {}],
    ['awaitingNetwork: metered', CELLULAR, ASKS, AUTOMATIC],
    ['awaitingNetwork: metered', CELLULAR, ASKS, { allowMetered: false }],
    ['installed', CELLULAR, ASKS, { ...AUTOMATIC, allowMetered: true }],
    ['awaitingNetwork: metered', CELLULAR, { onMetered: 'wait' }, {}],
    ['installed', CELLULAR, { onMetered: 'allow' }, AUTOMATIC],
    ['installed', CELLULAR, { ...ASKS, connection: 'unmetered' }, AUTOMATIC],
    ['awaitingConsent: consent', WIFI, { ...ASKS, connection: 'metered' }, {}],
    ['awaitingNetwork: metered', WIFI, { connection: 'metered' }, AUTOMATIC],
    ['awaitingConsent: consent', SAVING, ASKS, {}],
    ['awaitingNetwork: save-data', SAVING, ASKS, AUTOMATIC],
    ['awaitingNetwork: save-data', SAVING, { onMetered: 'wait' }, {}],
    ['installed', SAVING, { ...ASKS, saveData: 'ignore' }, AUTOMATIC],
    ['installed', SAVING, { onMetered: 'allow' }, {}],
  ])('-> %s, on %o with %o, %o', async (rest, network, bandwidth, options) => {
    beOn(network)
    const dock = await open({ bandwidth })
    expect(await restOf(dock, await start(dock, options))).toBe(rest)
  })

  it.each<[Network, boolean, boolean]>([
    [CELLULAR, true, true],
    [{ metered: false }, true, false],
    [{ saveData: false }, false, true],
    [{ type: 'unknown' }, false, false],
  ])('%o -> capabilities: metered %s, save data %s', async (network, meteredDetection, saveDataDetection) => {
    beOn(network)
    expect((await open()).capabilities).toMatchObject({ meteredDetection, saveDataDetection })
  })

  it('turns metered in the middle -> stops and asks about the rest; an OK, and it goes on where it was', async () => {
    beOn(WIFI)
    const dock = await open({ bandwidth: ASKS })
    const task = await startHalf(dock)
    beOn(CELLULAR)
    const { waitingFor, bytesDownloaded } = await until(dock, task, ({ state }) => state === 'awaitingConsent')
    expect(waitingFor?.bytesToTransfer).toBe(SIZE - bytesDownloaded)
    await dock.downloads.approveDownload(task.id)
    await task.finished
    expect((await commands.requestsOf(origin, BUNDLE)).length).toBeGreaterThan(1)
  })

  it('is another object than before, which changes -> heard', async () => {
    beOn(WIFI)
    const source = createBrowserConditions()
    const heard: (boolean | undefined)[] = []
    onTestFinished(source.watch(({ metered }) => heard.push(metered)))
    beOn(WIFI)
    Object.assign(connection() ?? {}, { type: 'cellular' })
    connection()?.dispatchEvent(new Event('change'))
    expect(heard).toEqual([false, true])
  })
})

describe('offline, by the browser itself', () => {
  it('from the start -> awaitingNetwork, nothing is asked for; back -> installed by itself', async () => {
    const source = await commands.publish(origin, { size: SIZE })
    const dock = await open()
    await goOffline()
    const task = await dock.downloads.startDownload(source)
    expect(await restOf(dock, task)).toBe('awaitingNetwork: offline')
    expect(await commands.requestsOf(origin, '/acme.charts/manifest.json')).toEqual([])
    await beOffline(false)
    await task.finished
  })

  it('in the middle -> stops, counts no attempt, goes on where it was', async () => {
    const dock = await open()
    const task = await startHalf(dock)
    await goOffline()
    expect(await restOf(dock, task)).toBe('awaitingNetwork: offline')
    await beOffline(false)
    await task.finished
    expect(task.progress.attempt).toBe(1)
    const asked = await commands.requestsOf(origin, BUNDLE)
    expect(asked.at(-1)?.range).not.toBe('bytes=0-')
  })

  it('H52 ten times in a row -> one resume', async () => {
    const dock = await open()
    const task = await startHalf(dock, { limitBytesPerSecond: 10_000_000 })
    const before = (await commands.requestsOf(origin, BUNDLE)).length
    await goOffline()
    for (let times = 0; times < 10; times++) {
      await beOffline(false)
      await beOffline(true)
    }
    expect(await restOf(dock, task)).toBe('awaitingNetwork: offline')
    await beOffline(false)
    await task.finished
    const resumes = (await commands.requestsOf(origin, BUNDLE)).slice(before)
    expect(new Set(resumes.map(({ range }) => range)).size).toBe(resumes.length)
    expect(task.progress.attempt).toBe(1)
  })
})

describe('a page that is frozen', () => {
  it('V16 in the middle of a download, for longer than a stall -> nobody is blamed, it goes on', async () => {
    const dock = await open({ timeouts: { stallMs: 2000 } })
    const frozen: boolean[] = []
    onTestFinished(createBrowserConditions().watch((conditions) => frozen.push(conditions.frozen)))
    await commands.limitOrigin(origin, 100_000)
    const task = await start(dock)
    await until(dock, task, ({ bytesTransferred }) => bytesTransferred > 0)
    await commands.freezePage(5000)
    await task.finished
    expect(frozen).toEqual([true, false])
    expect(task.progress.attempt).toBe(1)
    expect(task.progress.bytesTransferred).toBe(SIZE)
  })
})
