import type { TaskView } from '../../machines/fleet.types.js'
import type { DockState } from '../actors/dockState.js'
import { CancelledError, ClosedError, NotInstalledError } from '../domain/errors/index.js'
import { toError } from '../domain/failure.js'
import type { InstalledPlugin } from '../domain/plugin.js'
import type { DownloadProgress } from '../domain/progress.js'
import { describeInstalled } from './describeInstalled.js'
import type { DownloadTask } from './types.js'

/** Follows tasks for those who hold them: what is known of each, and the promise of its present run. */
export class Runs {
  readonly #state: DockState
  readonly #progressOf: ProgressOf
  readonly #followed = new Map<string, FollowedTask>()

  constructor(state: DockState, progressOf: ProgressOf) {
    this.#state = state
    this.#progressOf = progressOf
    const subscription = state.journal.entries.subscribe((entry) => {
      if (entry.type === 'changed') this.#followed.get(entry.view.record.taskId)?.see(entry.view)
      else this.#forget(entry.taskId)
    })
    state.beforeClose.add(async () => {
      subscription.unsubscribe()
      for (const task of this.#followed.values()) task.end()
    })
  }

  /** Of one that ended and was dismissed while nobody here was told, its version tells how it ended. */
  #forget(taskId: string): void {
    this.#followed.get(taskId)?.lose()
    this.#followed.delete(taskId)
  }

  /** The handle of a task that exists: the same one until it is gone. */
  handleOf(view: TaskView): DownloadTask {
    const { taskId } = view.record
    const known = this.#followed.get(taskId)
    if (known) return known.handle
    const task = new FollowedTask(this.#state, view, this.#progressOf)
    this.#followed.set(taskId, task)
    return task.handle
  }
}

/** One task as it was last seen: that stays, and so does its promise, after it is dismissed or the dock is closed. */
class FollowedTask {
  readonly handle: DownloadTask
  readonly #state: DockState
  #latest: TaskView
  /** Made when somebody asks, or it has ended: of thousands that wait, few are asked. */
  #madeRun: Run | undefined

  constructor(state: DockState, view: TaskView, progressOf: ProgressOf) {
    this.#state = state
    this.#latest = view
    this.handle = new Handle(this, view.record, progressOf)
    // from the start, so that a failure that comes before anybody asks is kept
    this.see(view)
  }

  get #run(): Run {
    this.#madeRun ??= new Run()
    return this.#madeRun
  }

  get latest(): TaskView {
    return this.#latest
  }

  /** Of the present run: a retry begins a new one. */
  get finished(): Promise<InstalledPlugin> {
    return this.#run.promise
  }

  see(view: TaskView): void {
    this.#latest = view
    if (!hasEnded(view)) {
      if (this.#madeRun?.isSettled) this.#madeRun = undefined
    } else if (!this.#madeRun?.isSettled) this.#run.settle(this.#outcome(view))
  }

  /** It is gone. */
  lose(): void {
    if (this.#run.isSettled) return
    const { plan } = this.#latest.record
    const active = plan && this.#state.opened?.index.peek(plan.pluginId)?.active
    const isInstalled = plan !== undefined && active?.version === plan.version
    const state = isInstalled ? 'installed' : 'cancelled'
    this.#run.settle(this.#outcome({ record: { ...this.#latest.record, state } }))
  }

  end(): void {
    if (this.#run.isSettled) return
    const message = 'The dock was closed; the download goes on when it is opened again'
    this.#run.settle(Promise.reject(new ClosedError(message)))
  }

  async #outcome({ record }: TaskView): Promise<InstalledPlugin> {
    const { state, plan, failure } = record
    if (state === 'installed' || state === 'rolledBack') return this.#installed(plan?.pluginId ?? '')
    if (state === 'cancelled' || !failure) throw new CancelledError('The download was cancelled')
    const kept = this.#state.tasks.get(record.taskId)?.error
    throw kept?.code === failure.code ? kept : toError(failure, plan)
  }

  async #installed(pluginId: string): Promise<InstalledPlugin> {
    const record = this.#state.opened?.index.get(pluginId)
    if (!record) throw new NotInstalledError(`${pluginId} was removed since`, { pluginId })
    return describeInstalled(record, await this.#state.host.leases.shared())
  }
}

function hasEnded({ record: { state } }: TaskView): boolean {
  return state === 'installed' || state === 'rolledBack' || state === 'cancelled' || state === 'failed'
}

/** Its promise is made when somebody asks for it. */
class Run {
  #promise: Promise<InstalledPlugin> | undefined
  #resolve: ((outcome: Promise<InstalledPlugin>) => void) | undefined
  isSettled = false

  get promise(): Promise<InstalledPlugin> {
    this.#promise ??= unheard(
      new Promise((resolve) => {
        this.#resolve = resolve
      }),
    )
    return this.#promise
  }

  settle(outcome: Promise<InstalledPlugin>): void {
    this.isSettled = true
    this.#promise ??= unheard(outcome)
    this.#resolve?.(outcome)
  }
}

/** Whoever does not ask is not to be told. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

type ProgressOf = (view: TaskView) => DownloadProgress

/** What an app holds of a task. */
class Handle implements DownloadTask {
  readonly id: string
  readonly source: string
  readonly #task: FollowedTask
  readonly #progressOf: ProgressOf

  constructor(task: FollowedTask, { taskId, source }: TaskView['record'], progressOf: ProgressOf) {
    this.id = taskId
    this.source = source
    this.#task = task
    this.#progressOf = progressOf
  }

  get pluginId(): string | undefined {
    return this.#task.latest.record.plan?.pluginId
  }

  get version(): string | undefined {
    return this.#task.latest.record.plan?.version
  }

  get priority(): number {
    return this.#task.latest.record.priority
  }

  get progress(): DownloadProgress {
    return this.#progressOf(this.#task.latest)
  }

  get actor(): DownloadTask['actor'] {
    return this.#task.latest.actor
  }

  get finished(): Promise<InstalledPlugin> {
    return this.#task.finished
  }
}
