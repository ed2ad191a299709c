import { Subject } from 'rxjs'
import type { TaskJournal, TaskView } from '../../machines/fleet.types.js'
import { asPluginDockError, toFailure } from '../domain/failure.js'
import { RECORD_KINDS } from '../domain/records.js'
import { inBatches } from '../domain/taskBatches.js'
import type { RecordChange } from '../ports/recordStore.js'

export type JournalEntry =
  | { readonly type: 'changed'; readonly view: TaskView }
  | { readonly type: 'removed'; readonly taskId: string }

export type JournalReport =
  | { type: 'tasks.recorded'; taskIds: readonly string[] }
  | { type: 'tasks.unrecorded'; taskIds: readonly string[]; failure: ReturnType<typeof toFailure> }

type Write = (changes: readonly RecordChange[]) => Promise<void>

/** A commit of so many takes some milliseconds of the thread, and costs little more than its share of a larger one. */
const TASKS_PER_COMMIT = 500

/** Of a task's record. */
interface Waiter {
  readonly resolve: (taskId: string) => void
  readonly reject: (error: unknown) => void
}

/**
 * The present view of every task, and the writer of their records. What changes while a commit is under way goes
 * into the next one together: the busier the fleet, the larger the batches.
 */
export class Journal implements TaskJournal {
  readonly entries = new Subject<JournalEntry>()
  readonly views = new Map<string, TaskView>()
  readonly #describe: (view: TaskView) => readonly RecordChange[]
  readonly #dirty = new Set<string>()
  /** What the commits under way are to write, and have not yet. */
  #inFlight = new Set<string>()
  readonly #writeWaiters = new Map<string, ((isWritten: boolean) => void)[]>()
  readonly #recorded = new Set<string>()
  readonly #waiters = new Map<string, Waiter[]>()
  /** By task: those who wait until it is as they want it. */
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #requests = new Map<string, Waiter>()
  #write: Write | undefined
  #report: (report: JournalReport) => void = () => {}
  #writing: Promise<void> | undefined

  /** `describe`: the records that hold a task. */
  constructor(describe: (view: TaskView) => readonly RecordChange[]) {
    this.#describe = describe
  }

  changed(view: TaskView): void {
    const { taskId } = view.record
    this.#dirty.add(taskId)
    this.show(view)
    this.#begin()
  }

  /** What is written already, or by somebody else. */
  show(view: TaskView): void {
    const { taskId } = view.record
    this.views.set(taskId, view)
    this.entries.next({ type: 'changed', view })
    this.#wake(taskId)
  }

  hide(taskId: string): void {
    if (!this.views.delete(taskId)) return
    this.entries.next({ type: 'removed', taskId })
    this.#wake(taskId)
  }

  /** Writes a task again whose counters changed while its state did not. */
  touch(taskId: string): void {
    if (!this.views.has(taskId)) return
    this.#dirty.add(taskId)
    this.#begin()
  }

  /** The same for one that nobody looks at any more, as it moves no more: what was counted last is shown, too. */
  counted(taskId: string): void {
    const view = this.views.get(taskId)
    if (view) this.changed(view)
  }

  removed(taskId: string): void {
    this.views.delete(taskId)
    this.#dirty.add(taskId)
    this.entries.next({ type: 'removed', taskId })
    this.#wake(taskId)
    this.#begin()
  }

  accepted(requestId: string, taskId: string): void {
    const waiter = this.#requests.get(requestId)
    this.#requests.delete(requestId)
    if (waiter) this.#awaitRecord(taskId, waiter)
  }

  /**
   * The id of the task that a request is answered with, when that is found again after a restart; rejects where its record
   * could not be written. Ask before the request is sent.
   */
  whenStarted(requestId: string): Promise<string> {
    return new Promise((resolve, reject) => this.#requests.set(requestId, { resolve, reject }))
  }

  #awaitRecord(taskId: string, waiter: Waiter): void {
    if (this.#recorded.has(taskId)) return waiter.resolve(taskId)
    const others = this.#waiters.get(taskId)
    if (others) others.push(waiter)
    else this.#waiters.set(taskId, [waiter])
    if (!this.#inFlight.has(taskId)) this.#dirty.add(taskId)
    this.#begin()
  }

  /** Settles when what is known of a task, be it nothing, is as `isReached` wants it. */
  until(taskId: string, isReached: (view: TaskView | undefined) => boolean): Promise<void> {
    if (isReached(this.views.get(taskId))) return Promise.resolve()
    return new Promise((resolve) => {
      const watchers = this.#watchers.get(taskId) ?? new Set()
      const look = (): void => {
        if (!isReached(this.views.get(taskId))) return
        watchers.delete(look)
        if (watchers.size === 0) this.#watchers.delete(taskId)
        resolve()
      }
      this.#watchers.set(taskId, watchers.add(look))
    })
  }

  #wake(taskId: string): void {
    for (const look of [...(this.#watchers.get(taskId) ?? [])]) look()
  }

  /** Settles when the task's present state outlives the process, or could not be written. */
  async whenWritten(taskId: string): Promise<void> {
    // after a failure nothing is written until something changes
    if (this.#inFlight.has(taskId) && !(await this.#nextWrite(taskId))) return
    if (!this.#dirty.has(taskId)) return
    this.#begin()
    await this.#nextWrite(taskId)
  }

  /** Whether it succeeded. */
  #nextWrite(taskId: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#writeWaiters.set(taskId, [...(this.#writeWaiters.get(taskId) ?? []), resolve])
    })
  }

  /** The records were read anew: they hold these tasks, and whatever else was shown is gone. */
  startOver(taskIds: readonly string[]): void {
    this.#dirty.clear()
    this.#recorded.clear()
    for (const taskId of taskIds) this.#recorded.add(taskId)
    for (const taskId of [...this.views.keys()]) if (!this.#recorded.has(taskId)) this.hide(taskId)
    this.#tellWritten([...this.#writeWaiters.keys()], false)
  }

  /** Gives the journal something to write to, and somebody to tell. */
  connect(write: Write, report: (report: JournalReport) => void): void {
    this.#write = write
    this.#report = report
    this.#begin()
  }

  /** Nobody listens any more; what is unwritten can still be flushed. */
  disconnect(): void {
    this.#report = () => {}
  }

  /** There is nothing to write to any more. */
  close(): void {
    this.#write = undefined
  }

  /** Settles when all is written, or cannot be. */
  async flush(): Promise<void> {
    await this.#writing
    this.#begin()
    await this.#writing
  }

  #begin(): void {
    if (this.#writing || this.#dirty.size === 0 || !this.#write) return
    this.#writing = this.#writeAll(this.#write)
  }

  async #writeAll(write: Write): Promise<void> {
    await Promise.resolve()
    for (let isWritten = true; isWritten && this.#dirty.size > 0; ) {
      const taskIds = this.#mostWantedFirst(this.#dirty)
      this.#dirty.clear()
      this.#inFlight = new Set(taskIds)
      isWritten = await this.#writeRound(write, taskIds)
      this.#inFlight.clear()
    }
    // in one step with the last look at what is dirty: what changes from here on begins anew
    this.#writing = undefined
    // who began to wait while a round failed is answered by the next one
    if ([...this.#dirty].some((taskId) => this.#isWaitedFor(taskId))) this.#begin()
  }

  #isWaitedFor(taskId: string): boolean {
    return this.#waiters.has(taskId) || this.#writeWaiters.has(taskId)
  }

  /** In commits that are no long work for anybody. Where one fails, so do those that would have followed. */
  async #writeRound(write: Write, taskIds: readonly string[]): Promise<boolean> {
    for (let start = 0; start < taskIds.length; start += TASKS_PER_COMMIT) {
      const batch = taskIds.slice(start, start + TASKS_PER_COMMIT)
      // they are written as they are now
      for (const taskId of batch) this.#dirty.delete(taskId)
      try {
        await write(batch.flatMap((taskId) => this.#changesOf(taskId)))
        this.#succeeded(batch)
      } catch (error) {
        const rest = taskIds.slice(start)
        this.#failed(rest, error)
        this.#tellWritten(rest, false)
        return false
      }
      this.#tellWritten(batch, true)
    }
    return true
  }

  #tellWritten(taskIds: readonly string[], isWritten: boolean): void {
    for (const taskId of taskIds) {
      this.#inFlight.delete(taskId)
      for (const tell of this.#writeWaiters.get(taskId) ?? []) tell(isWritten)
      this.#writeWaiters.delete(taskId)
    }
  }

  #changesOf(taskId: string): readonly RecordChange[] {
    const view = this.views.get(taskId)
    if (view) return this.#describe(view)
    const gone = [RECORD_KINDS.download, RECORD_KINDS.manifest]
    return gone.map((kind) => ({ key: kind + taskId, value: undefined }))
  }

  #succeeded(taskIds: readonly string[]): void {
    for (const taskId of taskIds) {
      if (this.views.has(taskId)) this.#recorded.add(taskId)
      else this.#recorded.delete(taskId)
      for (const { resolve } of this.#waiters.get(taskId) ?? []) resolve(taskId)
      this.#waiters.delete(taskId)
    }
    for (const batch of inBatches(taskIds)) this.#report({ type: 'tasks.recorded', taskIds: batch })
  }

  /** Tasks that were recorded before stay as they were recorded, and are written with the next change of any. */
  #failed(taskIds: readonly string[], error: unknown): void {
    for (const taskId of taskIds) if (this.#recorded.has(taskId)) this.#dirty.add(taskId)
    const lost = taskIds.filter((taskId) => !this.#recorded.has(taskId))
    for (const taskId of lost) {
      for (const { reject } of this.#waiters.get(taskId) ?? []) reject(asPluginDockError(error))
      this.#waiters.delete(taskId)
    }
    const failure = toFailure(error)
    for (const batch of inBatches(lost)) this.#report({ type: 'tasks.unrecorded', taskIds: batch, failure })
  }

  /** Who is recorded first may get the first turn. */
  #mostWantedFirst(taskIds: Iterable<string>): readonly string[] {
    const priorityOf = (taskId: string): number => this.views.get(taskId)?.record.priority ?? 0
    return [...taskIds].sort((a, b) => priorityOf(b) - priorityOf(a))
  }
}
