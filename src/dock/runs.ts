import type { TaskView } from '../../machines/fleet.types.js'
import type { DockState } from '../actors/dockState.js'
import { CancelledError, ClosedError, NotInstalledError } from '../domain/errors/index.js'
import { toError } from '../domain/failure.js'
import type { InstalledPlugin } from '../domain/plugin.js'
import { describeInstalled } from './describeInstalled.js'

interface Run {
  readonly promise: Promise<InstalledPlugin>
  settle(outcome: Promise<InstalledPlugin>): void
  isSettled: boolean
}

/** The promise of each task's present run: a retry begins a new one. */
export class Runs {
  readonly #state: DockState
  readonly #runs = new Map<string, Run>()

  constructor(state: DockState) {
    this.#state = state
    const subscription = state.journal.entries.subscribe((entry) => {
      if (entry.type === 'changed') this.#observe(entry.view)
      else this.#runs.delete(entry.taskId)
    })
    state.beforeClose.add(async () => {
      subscription.unsubscribe()
      const closed = Promise.reject(
        new ClosedError('The dock was closed; the download goes on when it is opened again'),
      )
      closed.catch(() => {})
      for (const run of this.#runs.values()) run.settle(closed)
    })
  }

  /** Of a task that exists. */
  finished(view: TaskView): Promise<InstalledPlugin> {
    const { taskId } = view.record
    const run = this.#runs.get(taskId) ?? this.#begin(taskId)
    this.#observe(view)
    return run.promise
  }

  #begin(taskId: string): Run {
    let settle: Run['settle'] = () => {}
    const promise = new Promise<InstalledPlugin>((resolve) => {
      settle = resolve
    })
    // whoever does not ask is not to be told
    promise.catch(() => {})
    const run = { promise, settle, isSettled: false }
    this.#runs.set(taskId, run)
    return run
  }

  #observe(view: TaskView): void {
    const { taskId } = view.record
    const run = this.#runs.get(taskId)
    if (!run) return
    const outcome = this.#outcome(view)
    if (outcome && !run.isSettled) {
      run.isSettled = true
      run.settle(outcome)
    }
    if (!outcome && run.isSettled) this.#begin(taskId)
  }

  /** `undefined` while the run goes on. */
  #outcome({ record }: TaskView): Promise<InstalledPlugin> | undefined {
    const { plan } = record
    if (record.state === 'installed' && plan) return this.#installed(plan.pluginId)
    if (record.state === 'cancelled') return rejected(new CancelledError('The download was cancelled'))
    if (record.state !== 'failed' || !record.failure) return undefined
    const kept = this.#state.tasks.get(record.taskId)?.error
    return rejected(kept?.code === record.failure.code ? kept : toError(record.failure, plan))
  }

  async #installed(pluginId: string): Promise<InstalledPlugin> {
    const record = this.#state.opened?.index.get(pluginId)
    if (!record) throw new NotInstalledError(`${pluginId} was removed since`, { pluginId })
    return describeInstalled(record, this.#state.host.leases)
  }
}

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error)
  promise.catch(() => {})
  return promise
}
