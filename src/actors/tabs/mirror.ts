import { fromPortable } from '../../domain/portableError.js'
import type { TransferMeter } from '../../domain/progress.js'
import type { DockState, OpenedStores, TaskResources } from '../dockState.js'
import { dropLostTrials } from '../trialsOfPage.js'
import { historyChange } from '../versionHistory.js'
import type { MirroredTask, News, Place } from './messages.js'

/** What a page that follows has heard of its leader, in order and without a gap. */
export class Mirror {
  readonly #state: DockState
  readonly #opened: OpenedStores
  #epoch = 0
  #seq = 0
  /** Whether everything up to this place is known. */
  #isWhole = false

  constructor(state: DockState, opened: OpenedStores) {
    this.#state = state
    this.#opened = opened
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  /** A leader that was not heard before: nothing of it is known. `false` for one that is, or that is over. */
  meet({ epoch }: Place): boolean {
    if (epoch <= this.#epoch) return false
    this.#epoch = epoch
    this.#seq = 0
    this.#isWhole = false
    return true
  }

  isOver({ epoch }: Place): boolean {
    return epoch < this.#epoch
  }

  /** Whether all news up to there were heard. */
  reaches({ epoch, seq }: Place): boolean {
    return this.#isWhole && epoch === this.#epoch && seq <= this.#seq
  }

  /** `false` where news are missing before these. */
  take(place: Place, news: News, isWhole: boolean): boolean {
    const { seq } = place
    if (this.isOver(place) || this.reaches(place)) return true
    if (!isWhole && (!this.#isWhole || seq !== this.#seq + 1)) return false
    this.#seq = seq
    this.#isWhole = true
    this.#apply(news, isWhole)
    return true
  }

  /** Versions before the tasks that brought them: who waits for a task asks for its version next. */
  #apply(news: News, isWhole: boolean): void {
    const { index, history } = this.#opened
    const { policy, journal } = this.#state
    const { installed = [], removedPlugins = [], histories = [], tasks = [], removedTasks = [] } = news
    if (news.policy) policy.show(news.policy)
    history.learn(histories.map(([pluginId, known]) => historyChange(pluginId, known)))
    if (isWhole) index.replace(installed)
    else for (const record of installed) index.show(record.pluginId, record)
    for (const pluginId of removedPlugins) index.show(pluginId, undefined)
    for (const task of tasks) this.#show(task)
    const gone = isWhole ? this.#unnamed(tasks) : removedTasks
    for (const taskId of gone) {
      this.#state.mirroredWaits.delete(taskId)
      journal.hide(taskId)
    }
    this.#tell(news)
    if (installed.length + removedPlugins.length + histories.length > 0) dropLostTrials(this.#state)
  }

  #show({ meter, wait, error, ...view }: MirroredTask): void {
    const { tasks, mirroredWaits, journal } = this.#state
    const { taskId } = view.record
    if (meter || error) tasks.set(taskId, resourcesOf(meter, error))
    if (wait) mirroredWaits.set(taskId, wait)
    else mirroredWaits.delete(taskId)
    journal.show(view)
  }

  #unnamed(tasks: readonly MirroredTask[]): readonly string[] {
    const named = new Set(tasks.map(({ record }) => record.taskId))
    return [...this.#state.journal.views.keys()].filter((taskId) => !named.has(taskId))
  }

  #tell({ notice, repaired, evicted, used }: News): void {
    if (notice) this.#state.appNotices.tell(notice)
    if (repaired) this.#state.repaired.next(repaired)
    if (evicted) this.#state.space.evicted.next(evicted)
    if (used) this.#state.uses.next()
  }
}

const NOTHING: TransferMeter = { bytesDownloaded: 0, bytesReused: 0, bytesTransferred: 0, lastByteAt: 0 }

function resourcesOf(meter: TransferMeter | undefined, error: MirroredTask['error']): TaskResources {
  return { meter: { ...NOTHING, ...meter }, ...(error ? { error: fromPortable(error) } : {}) }
}
