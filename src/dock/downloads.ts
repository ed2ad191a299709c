import type { Observable } from 'rxjs'
import type { TaskView } from '../../machines/fleet.types.js'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import type { SupervisorCommand } from '../../machines/supervisor.types.js'
import { type DockState, leadingStoresOf, openStoresOf } from '../actors/dockState.js'
import { CancelledError, TaskNotFoundError, UnsupportedError } from '../domain/errors/index.js'
import { assertLimit } from '../domain/policy.js'
import type { DownloadProgress, DownloadState } from '../domain/progress.js'
import { estimate } from './estimate.js'
import { prepare } from './prepare.js'
import { Runs } from './runs.js'
import { TaskBoard } from './taskBoard.js'
import type { DownloadEstimate, DownloadOptions, DownloadSource, DownloadTask, PluginDownloadManager } from './types.js'

const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])
type TaskCommand = Extract<SupervisorCommand, { taskId: string }>

/** The download manager over a supervisor: commands go in as events, and settle when they have taken effect. */
export class DockDownloads implements PluginDownloadManager {
  readonly #state: DockState
  readonly #supervisor: SupervisorActor
  readonly #board: TaskBoard
  readonly #runs: Runs
  readonly #tasks = new Map<string, DownloadTask>()
  readonly #closed: Promise<never>
  #nextRequest = 1

  /** `closed` rejects when the dock is closed. */
  constructor(state: DockState, supervisor: SupervisorActor, closed: Promise<never>) {
    this.#state = state
    this.#supervisor = supervisor
    this.#closed = closed
    this.#board = new TaskBoard(state)
    this.#runs = new Runs(state)
    state.journal.entries.subscribe((entry) => {
      if (entry.type === 'removed') this.#tasks.delete(entry.taskId)
    })
    state.beforeClose.add(async () => this.#board.end())
  }

  async startDownload(source: DownloadSource, options: DownloadOptions = {}): Promise<DownloadTask> {
    leadingStoresOf(this.#state)
    if (options.signal?.aborted) throw new CancelledError('The download was cancelled before it began')
    const { signal, baseUrl, ...rest } = options
    const prepared = await prepare(this.#state, source, options)
    leadingStoresOf(this.#state)
    const requestId = String(this.#nextRequest++)
    // the handle is made at once: one of many that are settled may be forgotten before it is recorded
    const accepted = this.#state.journal.whenAccepted(requestId, (taskId) => this.#existing(taskId))
    const plain = { ...rest, baseUrl: baseUrl?.toString() }
    this.#supervisor.send({
      type: 'download.start',
      source: prepared.source,
      prepared: prepared.plan,
      options: plain,
      requestId,
    })
    const task = await Promise.race([accepted, this.#closed])
    await Promise.race([this.#state.journal.whenRecorded(task.id), this.#closed])
    if (signal) this.#cancelOnAbort(task.id, signal)
    return task
  }

  async pauseDownload(taskId: string): Promise<void> {
    this.#command({ type: 'download.pause', taskId })
    await this.#standstill(taskId)
    await this.#written(taskId)
  }

  async resumeDownload(taskId: string): Promise<void> {
    this.#command({ type: 'download.resume', taskId })
    await this.#written(taskId)
  }

  async cancelDownload(taskId: string): Promise<void> {
    this.#command({ type: 'download.cancel', taskId })
    await this.#settled(taskId)
    await this.#written(taskId)
  }

  async retryDownload(taskId: string): Promise<void> {
    this.#command({ type: 'download.retry', taskId })
    await this.#written(taskId)
  }

  async approveDownload(taskId: string, { always = false }: { always?: boolean } = {}): Promise<void> {
    this.#command({ type: 'download.approve', taskId, always })
    await this.#written(taskId)
    if (always) await this.#state.policy.whenWritten()
  }

  async reprioritize(taskId: string, priority: number): Promise<void> {
    this.#command({ type: 'download.reprioritize', taskId, priority })
    await this.#written(taskId)
  }

  async limitDownload(taskId: string, bytesPerSecond: number | undefined): Promise<void> {
    assertLimit(bytesPerSecond)
    this.#command({ type: 'download.limit', taskId, bytesPerSecond })
    await this.#written(taskId)
  }

  async pauseAll(): Promise<void> {
    this.#assertOpen()
    const moving = this.#unfinished().filter(({ record }) => record.state !== 'paused' && record.state !== 'failed')
    await Promise.all(moving.map(({ record }) => this.pauseDownload(record.taskId)))
  }

  async resumeAll(): Promise<void> {
    this.#assertOpen()
    const paused = this.#unfinished().filter(({ record }) => record.state === 'paused')
    await Promise.all(paused.map(({ record }) => this.resumeDownload(record.taskId)))
  }

  async dismissDownload(taskId: string): Promise<void> {
    const { record, actor } = this.#view(taskId)
    if (actor && record.state === 'cancelled') await this.#settled(taskId)
    else if (actor && record.state !== 'failed') {
      throw new UnsupportedError(`The download is ${record.state}: cancel it before it is dismissed`)
    }
    await this.#dismiss(taskId)
  }

  async dismissSettled(): Promise<void> {
    this.#assertOpen()
    const settled = this.#board.views().filter((view) => !view.actor)
    await Promise.all(settled.map(({ record }) => this.#dismiss(record.taskId)))
  }

  async #dismiss(taskId: string): Promise<void> {
    this.#command({ type: 'download.dismiss', taskId })
    await this.#until((view) => view === undefined, taskId)
    await this.#written(taskId)
  }

  estimate(
    source: DownloadSource,
    options: Pick<DownloadOptions, 'baseUrl' | 'signal'> = {},
  ): Promise<DownloadEstimate> {
    return estimate(this.#state, source, options)
  }

  watchProgress(taskId: string): Observable<DownloadProgress> {
    return this.#board.watch(taskId)
  }

  watchAll(): Observable<readonly DownloadProgress[]> {
    return this.#board.watchAll()
  }

  getTask(taskId: string): DownloadTask | undefined {
    return this.#state.journal.views.has(taskId) ? this.#existing(taskId) : undefined
  }

  getTasks(): readonly DownloadTask[] {
    return this.#board.views().map(({ record }) => this.#existing(record.taskId))
  }

  #cancelOnAbort(taskId: string, signal: AbortSignal): void {
    const cancel = (): void => void this.cancelDownload(taskId).catch(() => {})
    if (signal.aborted) return cancel()
    const forget = (): void => signal.removeEventListener('abort', cancel)
    signal.addEventListener('abort', cancel, { once: true })
    this.#settled(taskId).then(forget, forget)
  }

  #command(command: TaskCommand): void {
    leadingStoresOf(this.#state)
    this.#view(command.taskId)
    this.#supervisor.send(command)
  }

  #view(taskId: string): TaskView {
    this.#assertOpen()
    const view = this.#state.journal.views.get(taskId)
    if (view) return view
    throw new TaskNotFoundError(`No download has the id ${taskId}; it ended and was dismissed, or never was`, {
      taskId,
    })
  }

  #unfinished(): readonly TaskView[] {
    return this.#board.views().filter((view) => view.actor)
  }

  /** Settles when no byte of the task moves. */
  async #standstill(taskId: string): Promise<void> {
    const key = this.#state.journal.views.get(taskId)?.record.plan?.partialKey
    if (key !== undefined) await this.#state.openPartials.get(key)
  }

  /** Settles when what the task is now is found again after a restart. */
  #written(taskId: string): Promise<void> {
    return this.#state.journal.whenWritten(taskId)
  }

  #settled(taskId: string): Promise<void> {
    return this.#until((view) => !view || (SETTLED.has(view.record.state) && !view.actor), taskId)
  }

  #until(isReached: (view: TaskView | undefined) => boolean, taskId: string): Promise<void> {
    const { views, entries } = this.#state.journal
    if (isReached(views.get(taskId))) return Promise.resolve()
    const reached = new Promise<void>((resolve) => {
      const subscription = entries.subscribe(() => {
        if (!isReached(views.get(taskId))) return
        subscription.unsubscribe()
        resolve()
      })
    })
    return Promise.race([reached, this.#closed])
  }

  #existing(taskId: string): DownloadTask {
    const known = this.#tasks.get(taskId)
    if (known) return known
    const task = this.#describe(this.#view(taskId))
    this.#tasks.set(taskId, task)
    return task
  }

  #describe(view: TaskView): DownloadTask {
    const board = this.#board
    const { taskId, source } = view.record
    // followed from the start, so that a failure that comes before anybody asks is kept
    const followed = this.#runs.follow(view)
    return {
      id: taskId,
      source,
      get pluginId() {
        return followed.latest.record.plan?.pluginId
      },
      get version() {
        return followed.latest.record.plan?.version
      },
      get progress() {
        return board.progress(followed.latest)
      },
      get actor() {
        return followed.latest.actor
      },
      get finished() {
        return followed.finished
      },
    }
  }

  #assertOpen(): void {
    openStoresOf(this.#state)
  }
}
