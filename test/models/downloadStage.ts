import { expect } from 'vitest'
import type { DownloadTask, PluginDock, PluginDockOptions } from '../../src/dock/types.js'
import { equalBytes } from '../../src/domain/bytes.js'
import type { PluginDockErrorCode } from '../../src/domain/errors/index.js'
import {
  type DownloadModelContext,
  type DownloadModelEvent,
  type downloadModel,
  MODEL_MAX_ATTEMPTS,
  type ModelExecutors,
  type ModelStateName,
} from '../../src/testing/index.js'
import type { DownloadWorld, PublishedPlugin } from './downloadWorld.js'

const ID = 'acme.charts'
/** A download without room looks so often whether there is some. */
const LOOK_MS = 30_000
const STALL_MS = 40_000
/** Whoever sends nothing is given a little more. */
const GRACE_MS = 10_000
/** A network that is back has to stay for so long. */
const SETTLE_MS = 1000

/** What every dock of a download stage is opened with. */
export const STAGE_OPTIONS = {
  maxConcurrentDownloads: 1,
  retry: { maxAttempts: MODEL_MAX_ATTEMPTS, jitter: 'none', baseDelayMs: 600_000, maxDelayMs: 3_600_000 },
  timeouts: { stallMs: STALL_MS },
  bandwidth: { askAboveBytes: 0 },
} as const satisfies PluginDockOptions

/** The system under test: a real dock with a plugin that works, and an origin that holds its update back. */
export class DownloadStage {
  readonly #world: DownloadWorld
  /** Docks whose process died: in a test they are still there, and must end without a word. */
  readonly #ghosts: PluginDock[] = []
  #dock: PluginDock | undefined
  #taskId: string | undefined
  #blocker: DownloadTask | undefined
  #update: PublishedPlugin | undefined
  /** What went wrong last. */
  #fault: PluginDockErrorCode | undefined

  private constructor(world: DownloadWorld) {
    this.#world = world
  }

  static async open(world: DownloadWorld): Promise<DownloadStage> {
    const stage = new DownloadStage(world)
    await stage.#set()
    return stage
  }

  async #set(): Promise<void> {
    this.#dock = await this.#world.open()
    const { url } = await this.#world.origin.publish({ id: ID, version: '1.0.0', size: 1000 })
    await (await this.dock.downloads.startDownload(url)).finished
    const works = await this.dock.plugins.load(ID)
    await works.confirmHealthy()
    await works.close()
    await this.dock.downloads.dismissSettled()
    this.#update = await this.#world.origin.publish({ id: ID, version: '2.0.0', size: 4000, chunkLengths: 1500 })
    await this.#world.origin.hold(this.#path)
  }

  /** Where it is under way already, the same. */
  async start(): Promise<void> {
    if (this.#task?.progress.state === 'failed') await this.#world.origin.hold(this.#path)
    const task = await this.dock.downloads.startDownload(this.#updated.url)
    if (this.#taskId !== undefined) expect(task.id).toBe(this.#taskId)
    this.#taskId = task.id
  }

  async takeSlot(): Promise<void> {
    const { url, path } = await this.#world.origin.publish({ id: 'acme.blocker', size: 4000, chunkLengths: 1500 })
    await this.#world.origin.hold(path)
    this.#blocker = await this.dock.downloads.startDownload(url)
    await this.#untilHeld(path)
  }

  async freeSlot(): Promise<void> {
    await this.dock.downloads.cancelDownload(this.#blocker?.id ?? '')
  }

  fill = (): Promise<void> | undefined => this.#world.limitRoom?.('what is there')

  async makeRoom(): Promise<void> {
    await this.#world.limitRoom?.(undefined)
    await this.#pass(LOOK_MS)
  }

  async changeNetwork(conditions: { readonly online?: boolean; readonly metered?: boolean }): Promise<void> {
    this.#world.change?.(conditions)
    if (conditions.online) await this.#pass(SETTLE_MS)
  }

  /** What it is told to do where that is nothing to it changes nothing; where it is unheard of, it rejects. */
  async command(name: 'pause' | 'resume' | 'cancel' | 'retry' | 'dismiss' | 'approve'): Promise<void> {
    const state = this.#task?.progress.state
    if (name === 'retry' && state === 'failed') await this.#world.origin.hold(this.#path)
    const given = this.dock.downloads[`${name}Download`](this.#taskId ?? '')
    const code = await given.then(
      () => undefined,
      (error: { readonly code: string }) => error.code,
    )
    expect(code).toBe(refusalOf(name, state))
  }

  async cut(): Promise<void> {
    await this.#untilHeld(this.#path)
    this.#fault = 'network'
    await this.#world.origin.cut(this.#path)
  }

  async stall(): Promise<void> {
    await this.#untilHeld(this.#path)
    await this.#pass(STALL_MS + GRACE_MS)
  }

  /** What waits is given up and asked for again, and that is answered so. */
  async answerNext(httpStatus: number, retryAfterSeconds?: number): Promise<void> {
    await this.#untilHeld(this.#path)
    this.#fault = 'http-status'
    await this.command('pause')
    await this.#world.origin.answerNext(this.#path, httpStatus, retryAfterSeconds)
    await this.command('resume')
  }

  async damage(): Promise<void> {
    await this.#untilHeld(this.#path)
    this.#fault = 'integrity'
    await this.#world.origin.damage(this.#path)
  }

  async finish({ hindrance }: DownloadModelContext): Promise<void> {
    await this.#untilHeld(this.#path)
    await this.#world.origin.release(this.#path, hindrance === 'disk')
  }

  async passBackoff(): Promise<void> {
    await this.#world.passUntil?.(this.task.progress.waitingFor?.until ?? 0)
  }

  async crash(): Promise<void> {
    this.#world.crash?.()
    this.#ghosts.push(this.dock)
    this.#dock = await this.#world.open()
  }

  async restart(): Promise<void> {
    await this.dock.close()
    this.#dock = await this.#world.open()
  }

  async failTrial(): Promise<void> {
    await (await this.dock.plugins.load(ID)).reportFailure(new Error('it draws nothing'))
  }

  get dock(): PluginDock {
    if (!this.#dock) throw new Error('No dock is open')
    return this.#dock
  }

  get task(): DownloadTask {
    if (!this.#task) throw new Error('There is no such download')
    return this.#task
  }

  /** What a user sees, and what must hold whatever happened. */
  async expectState(
    { attempt, backoff }: DownloadModelContext,
    state: ModelStateName<typeof downloadModel>,
  ): Promise<void> {
    if (state === 'idle' || state === 'dismissed') return expect(this.#task).toBeUndefined()
    const seen = () => `the state ${state}, while the download is ${this.#task?.progress.state ?? 'nowhere'}`
    await this.#world.until(() => this.#task?.progress.state === state, seen)
    const { progress } = this.task
    expect(progress.bytesDownloaded).toBeLessThanOrEqual(progress.totalBytes ?? 0)
    expect(progress.speedBytesPerSecond === 0 || state === 'downloading').toBe(true)
    expect(progress.waitingFor?.code).toBe(backoff === 'asked' && state === 'retrying' ? 'server-busy' : WAITS[state])
    if (!SETTLED.has(state)) expect(progress.attempt).toBe(attempt)
    expect(progress.failure?.code).toBe(state === 'failed' ? this.#fault : undefined)
    if (SETTLED.has(state)) await this.#expectOnDisk(state === 'installed' ? '2.0.0' : '1.0.0')
    if (state === 'cancelled') await this.#expectNothingLeft()
  }

  async close(): Promise<void> {
    try {
      await Promise.all([...this.#ghosts, this.#dock].map((dock) => dock?.close()))
    } finally {
      await this.#world.close()
    }
  }

  get #task(): DownloadTask | undefined {
    return this.#taskId === undefined ? undefined : this.dock.downloads.getTask(this.#taskId)
  }

  get #updated(): PublishedPlugin {
    if (!this.#update) throw new Error('The stage was not set')
    return this.#update
  }

  get #path(): string {
    return this.#updated.path
  }

  async #expectOnDisk(version: string): Promise<void> {
    const loaded = await this.dock.plugins.load(ID)
    const bytes = await loaded.read()
    await loaded.close()
    expect(loaded.version).toBe(version)
    if (version === '2.0.0') expect(equalBytes(bytes, this.#updated.bytes)).toBe(true)
  }

  /** But for the version that works, and the download that has the only turn. */
  async #expectNothingLeft(): Promise<void> {
    const others = this.#blocker?.progress.state === 'downloading' ? 1 : 0
    expect(await this.#world.countFiles()).toBe(1 + others)
  }

  #untilHeld(path: string): Promise<void> {
    return this.#world.until(
      () => this.#world.origin.isHeld(path),
      () => `a request to be held; the download is ${this.#task?.progress.state}`,
    )
  }

  async #pass(delayMs: number): Promise<void> {
    await this.#world.passUntil?.((this.#world.now?.() ?? 0) + delayMs)
  }
}

type State = ModelStateName<typeof downloadModel>

const SETTLED = new Set<State | undefined>(['installed', 'rolledBack', 'cancelled'])

const WAITS: Partial<Record<State, string>> = {
  queued: 'slot',
  paused: 'user',
  retrying: 'backoff',
  awaitingNetwork: 'offline',
  awaitingConsent: 'consent',
  awaitingSpace: 'space',
}

function refusalOf(name: string, state: string | undefined): PluginDockErrorCode | undefined {
  if (state === undefined) return 'not-found'
  const isUnfinished = state !== 'failed' && !SETTLED.has(state as State) // reason: the states of both are the same
  return name === 'dismiss' && isUnfinished ? 'unsupported' : undefined
}

/** What is made to happen in Node, over files and sockets. */
export const IN_NODE = [
  'start',
  'pause',
  'resume',
  'cancel',
  'retry',
  'dismiss',
  'cut',
  'answer 503',
  'answer 404',
  'damage',
  'finish',
  'wait',
  'restart',
  'fail the trial',
] as const

/** What is made to happen in Chromium, over its private file system. */
export const IN_CHROMIUM = ['start', 'pause', 'resume', 'cancel', 'cut', 'finish', 'restart'] as const

/** What each word of the model means to a dock. */
export const downloadExecutors = {
  events: {
    start: (stage) => stage.start(),
    'take the slot': (stage) => stage.takeSlot(),
    'free the slot': (stage) => stage.freeSlot(),
    'fill the disk': (stage) => stage.fill(),
    'make room': (stage) => stage.makeRoom(),
    'go offline': (stage) => stage.changeNetwork({ online: false }),
    'go online': (stage) => stage.changeNetwork({ online: true }),
    'go metered': (stage) => stage.changeNetwork({ metered: true }),
    'go unmetered': (stage) => stage.changeNetwork({ metered: false }),
    approve: (stage) => stage.command('approve'),
    pause: (stage) => stage.command('pause'),
    resume: (stage) => stage.command('resume'),
    cancel: (stage) => stage.command('cancel'),
    retry: (stage) => stage.command('retry'),
    dismiss: (stage) => stage.command('dismiss'),
    cut: (stage) => stage.cut(),
    stall: (stage) => stage.stall(),
    'answer 503': (stage) => stage.answerNext(503),
    'answer 429': (stage) => stage.answerNext(429, 7),
    'answer 404': (stage) => stage.answerNext(404),
    damage: (stage) => stage.damage(),
    finish: (stage, context) => stage.finish(context),
    wait: (stage) => stage.passBackoff(),
    crash: (stage) => stage.crash(),
    restart: (stage) => stage.restart(),
    'fail the trial': (stage) => stage.failTrial(),
  },
  states: { '*': (stage, context, state) => stage.expectState(context, state) },
  close: (stage) => stage.close(),
} satisfies Omit<ModelExecutors<typeof downloadModel, DownloadStage, DownloadModelEvent['type']>, 'open'>
