import type { HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { StorageError } from '../../../src/domain/errors/index.js'
import type { DownloadState } from '../../../src/domain/progress.js'
import { always, buildPlugin, type Fault, hang, publishOn, stall, status } from '../../../src/testing/index.js'
import { createStage, passTimeUntil, type Stage } from '../dock/stage.js'
import { createStorageGate, type HeldCall, type StorageGate, writesInstalled } from '../dock/storageGate.js'
import { packed } from '../plugins/zips.js'

export const ID = 'acme.charts'
const MANIFEST = `/${ID}/manifest.json`
const BUNDLE = `/${ID}/${ID}-1.0.0.bin`
/** More than a chunk, and not all. */
const HALF_BYTES = 100_000

/** Each back-off lasts a minute at least. */
export const PATIENT: HostDockOptions = { retry: { jitter: 'none', baseDelayMs: 60_000 } }

/** A download that stands still in a certain moment of its life. */
export interface Life {
  readonly stage: Stage
  readonly dock: PluginDock
  readonly task: DownloadTask
  readonly gate: StorageGate
  /** The call to the stores in the middle of which it stands. */
  readonly held: HeldCall | undefined
  /** Timers of a dock that does nothing. */
  readonly idleTimers: number
  /** Takes away what keeps it there, now that this dock is open. */
  heal(dock: PluginDock): Promise<void>
}

/** A moment of a download's life. */
export interface Moment {
  /** As the fault cases name it. */
  readonly name: string
  readonly state: DownloadState
  readonly options?: HostDockOptions
  /** Whether a cancel comes too late. */
  readonly isCommitted?: boolean
  /** Before the download is asked for. What it gives back takes that away again. */
  prepare?(stage: Stage, dock: PluginDock, gate: StorageGate): Promise<void> | (() => void) | void
  /** Which call to the stores it stands in. */
  stops?(call: Parameters<Parameters<StorageGate['hold']>[0]>[0], state: DownloadState | undefined): boolean
  /** From the moment that it was asked for on. */
  reach?(life: Life): Promise<void>
  /** Takes the rest away. */
  heal?(stage: Stage, dock: PluginDock): Promise<void> | void
  /** What a person has to do for it to go on. */
  goOn?(dock: PluginDock, taskId: string): Promise<void>
}

/** A network that answers in one way, again and again. */
function answering(name: string, path: string, fault: Fault, more: Partial<Moment> = {}): Moment {
  return {
    name,
    state: path === MANIFEST ? 'resolving' : 'downloading',
    prepare: (stage) => stage.origin.script(path, always(fault)),
    reach: ({ stage }) => turnUntil(stage, () => isAsked(stage, path), `${path} to be asked for`),
    heal(stage) {
      stage.origin.unscript(path)
      stage.origin.cut(path)
    },
    ...more,
  }
}

/** Another download has the only turn. */
function behindAnother(name: string, state: DownloadState, kind: 'manifest' | 'bundle'): Moment {
  return {
    name,
    state,
    options: { maxConcurrentDownloads: 1, maxConnectionsPerOrigin: 1 },
    async prepare(stage, dock) {
      const { url, path } = await stage.publish({ id: 'blocker' })
      const blocked = kind === 'manifest' ? new URL(url).pathname : path
      stage.origin.script(blocked, always(hang()))
      await dock.downloads.startDownload(url)
      await turnUntil(stage, () => isAsked(stage, blocked), 'the other one to have its turn')
    },
    async heal(_, dock) {
      const other = dock.downloads.getTasks().find(({ source }) => !isOurs(source))
      if (other) await dock.downloads.cancelDownload(other.id)
    },
  }
}

const pausing: Moment['reach'] = async ({ dock, task, stage }) => {
  void dock.downloads.pauseDownload(task.id).catch(() => {})
  await stage.clock.settle()
}

/** Every moment in which a download may be told something. */
export const MOMENTS: readonly Moment[] = [
  behindAnother('waiting to read its manifest', 'resolving', 'manifest'),
  answering('connecting for its manifest', MANIFEST, hang()),
  answering('in the body of its manifest', MANIFEST, stall(10)),
  behindAnother('queued', 'queued', 'bundle'),
  answering('connecting', BUNDLE, hang()),
  answering('headers', BUNDLE, stall(0)),
  answering('body', BUNDLE, stall(HALF_BYTES)),
  {
    name: 'writing',
    state: 'downloading',
    stops: ({ store, operation }) => store === 'bundles' && operation === 'write',
  },
  {
    name: 'pausing',
    state: 'paused',
    stops: ({ store, operation }) => store === 'bundles' && operation === 'write',
    reach: pausing,
    goOn: (dock, taskId) => dock.downloads.resumeDownload(taskId),
  },
  answering('paused', BUNDLE, stall(HALF_BYTES), {
    state: 'paused',
    async reach(life) {
      await turnUntil(life.stage, () => isAsked(life.stage, BUNDLE), 'bytes')
      await life.dock.downloads.pauseDownload(life.task.id)
    },
    goOn: (dock, taskId) => dock.downloads.resumeDownload(taskId),
  }),
  answering('backoff', BUNDLE, status(503), { state: 'retrying', reach: async () => {} }),
  {
    name: 'without a network',
    state: 'awaitingNetwork',
    prepare: ({ host }) => host.conditions.change({ online: false }),
    heal: ({ host }) => host.conditions.change({ online: true }),
  },
  {
    name: 'asking for consent',
    state: 'awaitingConsent',
    options: { bandwidth: { askAboveBytes: 0 } },
    prepare: ({ host }) => host.conditions.change({ metered: true }),
    goOn: (dock, taskId) => dock.downloads.approveDownload(taskId),
  },
  {
    name: 'without room',
    state: 'awaitingSpace',
    prepare: ({ host }) => host.bundles.setCapacity(1000),
    heal: ({ host }) => host.bundles.setCapacity(undefined),
  },
  {
    name: 'verifying',
    state: 'verifying',
    stops: ({ operation }, state) => state === 'verifying' && operation === 'openPartial',
  },
  {
    name: 'extracting',
    state: 'verifying',
    stops: ({ operation }, state) => state === 'verifying' && operation === 'read',
  },
  { name: 'sealing', state: 'installing', isCommitted: true, stops: ({ operation }) => operation === 'seal' },
  { name: 'committing', state: 'installing', isCommitted: true, stops: writesInstalled },
  {
    name: 'activating',
    state: 'installed',
    isCommitted: true,
    async reach({ stage, dock, task }) {
      await stage.until(task, 'installed')
      await (await dock.plugins.load(ID)).url('index.js')
    },
  },
  answering('failed', BUNDLE, status(404), {
    state: 'failed',
    reach: async () => {},
    goOn: (dock, taskId) => dock.downloads.retryDownload(taskId),
  }),
  {
    name: 'failed to install',
    state: 'failed',
    prepare: (_, __, gate) => gate.refuse(writesInstalled, new StorageError('The disk is broken')),
    goOn: (dock, taskId) => dock.downloads.retryDownload(taskId),
  },
]

/** A dock with a download in that moment. */
export async function liveUntil(moment: Moment): Promise<Life> {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open({ ...PATIENT, ...moment.options })
  const idleTimers = stage.clock.pendingTimers
  const url = await publishZip(stage)
  const undo = await moment.prepare?.(stage, dock, gate)
  const stops = moment.stops?.bind(moment)
  const held = stops && gate.hold((call) => stops(call, stateOf(dock)))
  const task = await dock.downloads.startDownload(url)
  const heal = async (now: PluginDock): Promise<void> => {
    undo?.()
    await moment.heal?.(stage, now)
  }
  const life = { stage, dock, task, gate, held, idleTimers, heal }
  if (held) await arrival(stage, held)
  await moment.reach?.(life)
  await passTimeUntil(stage.clock, () => task.progress.state === moment.state, `${moment.name}: ${moment.state}`)
  return life
}

export function momentOf(name: string): Moment {
  const found = MOMENTS.find((moment) => moment.name === name)
  if (!found) throw new Error(`There is no moment ${name}`)
  return found
}

/** Lets everything happen that needs no time to pass. */
export async function turnUntil(stage: Stage, isReached: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (isReached()) return
    await stage.clock.settle()
  }
  throw new Error(`Waited in vain for ${what}`)
}

function stateOf(dock: PluginDock): DownloadState | undefined {
  return dock.downloads.getTasks().find(({ source }) => isOurs(source))?.progress.state
}

function isOurs(source: string): boolean {
  return source.includes(ID)
}

function isAsked(stage: Stage, path: string): boolean {
  return stage.origin.requests.some((request) => request.path === path)
}

async function arrival(stage: Stage, held: HeldCall): Promise<void> {
  let isReached = false
  void held.reached.then(() => {
    isReached = true
  })
  await turnUntil(stage, () => isReached, 'a call to the stores')
}

/** Of several files, so that there is something to unpack before it counts. Of one time, and so the same bytes for all. */
const zipBytes = packed({ 'index.js': 'export const answer = 42', 'data.bin': new Uint8Array(250_000) }, false)

async function publishZip(stage: Stage): Promise<string> {
  const { manifest, bytes } = await buildPlugin({ id: ID, bytes: Uint8Array.from(await zipBytes) })
  const bundle = { ...manifest.bundle, format: 'zip' as const }
  return publishOn(stage.origin, { manifest: { ...manifest, bundle }, bytes })
}
