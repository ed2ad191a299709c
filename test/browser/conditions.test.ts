import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { commands } from 'vitest/browser'
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

  it('tells that it freezes the page, and wakes it up -> heard', () => {
    const source = createBrowserConditions()
    const heard: boolean[] = []
    onTestFinished(source.watch(({ frozen }) => heard.push(frozen)))
    for (const event of ['freeze', 'resume']) document.dispatchEvent(new Event(event))
    expect(heard).toEqual([true, false])
  })
})
