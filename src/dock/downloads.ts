import type { Observable } from 'rxjs'
import type { TaskView } from '../../machines/fleet.types.js'
import type { StartOptions } from '../../machines/supervisor.types.js'
import type { DockState } from '../actors/dockState.js'
import { CancelledError } from '../domain/errors/index.js'
import { assertLimit } from '../domain/policy.js'
import type { DownloadProgress, DownloadState } from '../domain/progress.js'
import { Closing } from './closing.js'
import { noSuchTask } from './downloadCommands.js'
import { leading } from './laterParts.js'
import { plain } from './prepare.js'
import { Runs } from './runs.js'
import { TaskBoard } from './taskBoard.js'
import type { DownloadEstimate, DownloadOptions, DownloadSource, DownloadTask, PluginDownloadManager } from './types.js'

const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

/** The download manager of one page: whoever leads carries its commands out, and they settle when they have taken effect. */
export class DockDownloads implements PluginDownloadManager {
  readonly #state: DockState
  readonly #board: TaskBoard
  readonly #runs: Runs
  /** By request: what is to come of it. */
  readonly #starting = new Map<string, DownloadTask | undefined>()
  readonly #closing: Closing

  constructor(state: DockState) {
    this.#state = state
    this.#closing = new Closing(state)
    this.#board = new TaskBoard(state)
    this.#runs = new Runs(state, (view) => this.#board.progress(view))
    state.journal.entries.subscribe((entry) => {
      if (entry.type === 'changed') this.#keepStarted(entry.view)
    })
    state.beforeClose.add(async () => this.#board.end())
  }

  async startDownload(source: DownloadSource, options: DownloadOptions = {}): Promise<DownloadTask> {
    if (options.signal?.aborted) throw new CancelledError('The download was cancelled before it began')
    const { signal, baseUrl, ...rest } = options
    const plainOptions: StartOptions = Object.assign(rest, { baseUrl: baseUrl?.toString() })
    const given = plain(this.#state, source)
    const requestId = this.#state.calls.newId()
    this.#starting.set(requestId, undefined)
    try {
      const taskId = await this.#state.calls.makeAs(requestId, 'downloads.start', given, plainOptions)
      const shown = this.#starting.get(requestId)
      // what was shown before may be a task that its leader never wrote
      const task = shown?.id === taskId ? shown : this.#existing(taskId)
      if (signal) this.#cancelOnAbort(task.id, signal)
      return task
    } finally {
      this.#starting.delete(requestId)
    }
  }

  /** The handle is made at once: one of many that are settled may be forgotten before it is recorded. */
  #keepStarted(view: TaskView): void {
    const { requestId } = view.record
    if (requestId === undefined || !this.#starting.has(requestId)) return
    this.#starting.set(requestId, this.#runs.handleOf(view))
  }

  async pauseDownload(taskId: string): Promise<void> {
    await this.#state.calls.make('downloads.pause', taskId)
  }

  async resumeDownload(taskId: string): Promise<void> {
    await this.#state.calls.make('downloads.resume', taskId)
  }

  async cancelDownload(taskId: string): Promise<void> {
    await this.#state.calls.make('downloads.cancel', taskId)
  }

  async retryDownload(taskId: string): Promise<void> {
    await this.#state.calls.make('downloads.retry', taskId)
  }

  async approveDownload(taskId: string, { always = false }: { always?: boolean } = {}): Promise<void> {
    await this.#state.calls.make('downloads.approve', taskId, always)
  }

  async reprioritize(taskId: string, priority: number): Promise<void> {
    await this.#state.calls.make('downloads.reprioritize', taskId, priority)
  }

  async limitDownload(taskId: string, bytesPerSecond: number | undefined): Promise<void> {
    assertLimit(bytesPerSecond)
    await this.#state.calls.make('downloads.limit', taskId, bytesPerSecond)
  }

  async pauseAll(): Promise<void> {
    await this.#state.calls.make('downloads.pauseAll')
  }

  async resumeAll(): Promise<void> {
    await this.#state.calls.make('downloads.resumeAll')
  }

  async dismissDownload(taskId: string): Promise<void> {
    await this.#state.calls.make('downloads.dismiss', taskId)
  }

  async dismissSettled(): Promise<void> {
    await this.#state.calls.make('downloads.dismissSettled')
  }

  async estimate(
    source: DownloadSource,
    options: Pick<DownloadOptions, 'baseUrl' | 'signal'> = {},
  ): Promise<DownloadEstimate> {
    const { estimate } = await leading.load(this.#state.host)
    return estimate(this.#state, source, options)
  }

  watchProgress(taskId: string): Observable<DownloadProgress> {
    return this.#board.watch(taskId)
  }

  watchAll(): Observable<readonly DownloadProgress[]> {
    return this.#board.watchAll()
  }

  getTask(taskId: string): DownloadTask | undefined {
    const view = this.#state.journal.views.get(taskId)
    return view && this.#runs.handleOf(view)
  }

  getTasks(): readonly DownloadTask[] {
    return this.#board.views().map((view) => this.#runs.handleOf(view))
  }

  #cancelOnAbort(taskId: string, signal: AbortSignal): void {
    const cancel = (): void => void this.cancelDownload(taskId).catch(() => {})
    if (signal.aborted) return cancel()
    const forget = (): void => signal.removeEventListener('abort', cancel)
    signal.addEventListener('abort', cancel, { once: true })
    this.#settled(taskId).then(forget, forget)
  }

  #settled(taskId: string): Promise<void> {
    const isSettled = (view: TaskView | undefined) => !view || (SETTLED.has(view.record.state) && !view.actor)
    return this.#closing.orElse(this.#state.journal.until(taskId, isSettled))
  }

  #existing(taskId: string): DownloadTask {
    const view = this.#state.journal.views.get(taskId)
    if (!view) throw noSuchTask(taskId)
    return this.#runs.handleOf(view)
  }
}
