import type { DownloadState } from '../src/domain/progress.js'
import type { DownloadRecord } from '../src/domain/records.js'
import type { TaskView } from './fleet.types.js'
import { reportOf } from './fleetRecords.js'
import type { SupervisorEmitted } from './supervisor.types.js'

/** Tells outsiders what they would want to be woken for, and nothing twice. */
export class FleetReports {
  readonly #lastStates = new Map<string, DownloadState>()
  readonly #toldShortages = new Map<string, number>()
  readonly #askedConsent = new Set<string>()

  /** What happened in a former run was told then. */
  knows({ taskId, state }: DownloadRecord): void {
    this.#lastStates.set(taskId, state)
    if (state === 'awaitingConsent') this.#askedConsent.add(taskId)
  }

  /** `undefined` where there is nothing new to tell. */
  of(view: TaskView): SupervisorEmitted | undefined {
    const { taskId, state } = view.record
    if (this.#lastStates.get(taskId) === state || this.#isTold(view)) return undefined
    this.#lastStates.set(taskId, state)
    return reportOf(view)
  }

  forget(taskId: string): void {
    this.#lastStates.delete(taskId)
    this.#toldShortages.delete(taskId)
    this.#askedConsent.delete(taskId)
  }

  /** A shortage that lasts is told once, however often it is tried whether there is room; a person is asked once. */
  #isTold({ record: { taskId, state }, shortage }: TaskView): boolean {
    if (state === 'awaitingConsent') {
      const isAsked = this.#askedConsent.has(taskId)
      this.#askedConsent.add(taskId)
      return isAsked
    }
    if (!shortage) return false
    const isTold = this.#toldShortages.get(taskId) === shortage.since
    this.#toldShortages.set(taskId, shortage.since)
    return isTold
  }
}
