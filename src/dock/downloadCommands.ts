import type { TaskView } from '../../machines/fleet.types.js'
import type { StartOptions, SupervisorCommand } from '../../machines/supervisor.types.js'
import { type DockState, isStillOpen, storesOf } from '../actors/dockState.js'
import type { CallContext } from '../actors/tabs/leaderMethods.js'
import { ClosedError, TaskNotFoundError, UnsupportedError } from '../domain/errors/index.js'
import type { DownloadState } from '../domain/progress.js'
import type { Closing } from './closing.js'
import { prepare } from './prepare.js'

const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

const TURNS = ['holds.resolve', 'holds.transfer', 'holds.store'] as const

type TaskCommand = Extract<SupervisorCommand, { taskId: string }>

/** The commands to downloads where this page leads: they go in as events, and settle when they have taken effect. */
export class DownloadCommands {
  readonly #state: DockState
  readonly #send: (command: SupervisorCommand) => void
  readonly #closing: Closing

  constructor(state: DockState, send: (command: SupervisorCommand) => void, closing: Closing) {
    this.#state = state
    this.#send = send
    this.#closing = closing
  }

  /** Settles with the task's id when that is recorded. A task that this very call has made before is found again. */
  async start({ id: requestId }: CallContext, given: unknown, options: StartOptions): Promise<string> {
    const { source, plan } = await prepare(this.#state, given, options)
    storesOf(this.#state)
    const recorded = this.#state.journal.whenStarted(requestId)
    this.#send({ type: 'download.start', source, prepared: plan, options, requestId })
    return this.#closing.orElse(recorded)
  }

  async pause(taskId: string): Promise<void> {
    this.#command({ type: 'download.pause', taskId })
    await this.#standstill(taskId)
    await this.#written(taskId)
  }

  async cancel(taskId: string): Promise<void> {
    this.#command({ type: 'download.cancel', taskId })
    await this.#until((view) => !view || (SETTLED.has(view.record.state) && !view.actor), taskId)
    await this.#written(taskId)
  }

  /** One that takes effect at once. */
  async apply(command: TaskCommand): Promise<void> {
    this.#command(command)
    await this.#written(command.taskId)
  }

  async pauseAll(): Promise<void> {
    const moving = this.#unfinished().filter(({ record }) => record.state !== 'paused' && record.state !== 'failed')
    // whoever stops hands its turn on: those go first who have none, so that nobody is left to take one
    const inOrder = [...moving.filter((view) => !hasTurn(view)), ...moving.filter(hasTurn)]
    await Promise.all(inOrder.map(({ record }) => this.pause(record.taskId)))
  }

  async resumeAll(): Promise<void> {
    const paused = this.#unfinished().filter(({ record }) => record.state === 'paused')
    await Promise.all(paused.map(({ record: { taskId } }) => this.apply({ type: 'download.resume', taskId })))
  }

  async dismiss({ isRepeated }: CallContext, taskId: string): Promise<void> {
    // whoever led before has done it
    if (isRepeated && !this.#state.journal.views.has(taskId)) return
    const { record, actor } = this.#view(taskId)
    if (actor && record.state === 'cancelled') await this.#until((view) => !view?.actor, taskId)
    else if (actor && record.state !== 'failed') {
      throw new UnsupportedError(`The download is ${record.state}: cancel it before it is dismissed`)
    }
    await this.#dismiss(taskId)
  }

  async dismissSettled(): Promise<void> {
    const settled = [...this.#state.journal.views.values()].filter((view) => !view.actor)
    await Promise.all(settled.map(({ record }) => this.#dismiss(record.taskId)))
  }

  async #dismiss(taskId: string): Promise<void> {
    this.#command({ type: 'download.dismiss', taskId })
    await this.#until((view) => view === undefined, taskId)
    await this.#written(taskId)
  }

  #command(command: TaskCommand): void {
    this.#view(command.taskId)
    this.#send(command)
  }

  #view(taskId: string): TaskView {
    const view = this.#state.journal.views.get(taskId)
    if (view) return view
    throw noSuchTask(taskId)
  }

  #unfinished(): readonly TaskView[] {
    return [...this.#state.journal.views.values()].filter((view) => view.actor)
  }

  /** Settles when no byte of the task moves. */
  async #standstill(taskId: string): Promise<void> {
    const key = this.#state.journal.views.get(taskId)?.record.plan?.partialKey
    if (key !== undefined) await this.#state.openPartials.over(key)
  }

  /** Settles when what the task is now is found again after a restart, and rejects where another page leads by then. */
  async #written(taskId: string): Promise<void> {
    const opened = storesOf(this.#state)
    await this.#state.journal.whenWritten(taskId)
    if (!isStillOpen(this.#state, opened)) throw new ClosedError('Another page leads by now')
  }

  #until(isReached: (view: TaskView | undefined) => boolean, taskId: string): Promise<void> {
    return this.#closing.orElse(this.#state.journal.until(taskId, isReached))
  }
}

function hasTurn({ actor }: TaskView): boolean {
  const snapshot = actor?.getSnapshot()
  return snapshot !== undefined && TURNS.some((tag) => snapshot.hasTag(tag))
}

export function noSuchTask(taskId: string): TaskNotFoundError {
  const message = `No download has the id ${taskId}; it ended and was dismissed, or never was`
  return new TaskNotFoundError(message, { taskId })
}
