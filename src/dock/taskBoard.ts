import { Observable, Subject } from 'rxjs'
import type { TaskView } from '../../machines/fleet.types.js'
import type { RosterWait } from '../../machines/roster.js'
import type { DockState } from '../actors/dockState.js'
import type { JournalEntry } from '../actors/journal.js'
import {
  type DownloadProgress,
  type DownloadState,
  nextSpeed,
  remainingMs,
  type SpeedEstimate,
  startSpeed,
  type WaitReason,
} from '../domain/progress.js'
import { waitReason } from './waiting.js'

const SAMPLE_MS = 100
const ENDED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

type Change = { readonly taskId: string; readonly isSample: boolean }

/**
 * What every task looks like now. States come from the journal as they change; bytes and speeds are read from the
 * counters ten times a second while something moves, and by nobody when nothing does.
 */
export class TaskBoard {
  readonly #state: DockState
  readonly #changes = new Subject<Change>()
  readonly #speeds = new Map<string, SpeedEstimate>()
  #timer: unknown

  constructor(state: DockState) {
    this.#state = state
    for (const view of state.journal.views.values()) this.#observe(view)
    const subscription = state.journal.entries.subscribe((entry) => this.#receive(entry))
    state.beforeClose.add(async () => {
      subscription.unsubscribe()
      this.#disarm()
    })
  }

  progress(view: TaskView): DownloadProgress {
    const { record } = view
    const meter = this.#state.tasks.get(record.taskId)?.meter
    const totalBytes = record.plan?.totalBytes
    const held = record.state === 'installed' ? totalBytes : meter?.bytesDownloaded
    const bytesDownloaded = Math.min(held ?? record.bytesDownloaded, totalBytes ?? Number.POSITIVE_INFINITY)
    const speed = this.#speeds.get(record.taskId)
    const waitingFor = waitReason(view, this.#waitOf(record.taskId), this.#state.settings.retry.maxAttempts)
    return {
      taskId: record.taskId,
      pluginId: record.plan?.pluginId,
      version: record.plan?.version,
      state: record.state,
      bytesDownloaded,
      bytesReused: Math.min(meter?.bytesReused ?? record.bytesReused, bytesDownloaded),
      bytesTransferred: meter?.bytesTransferred ?? record.bytesTransferred,
      totalBytes,
      speedBytesPerSecond: Math.round(speed?.bytesPerSecond ?? 0),
      estimatedTimeRemaining: speed && remainingMs(speed, (totalBytes ?? 0) - bytesDownloaded),
      attempt: record.attempt,
      ...(record.plan?.name === undefined ? {} : { name: record.plan.name }),
      ...(record.plan?.previousVersion === undefined ? {} : { previousVersion: record.plan.previousVersion }),
      ...(meter?.lastByteAt ? { lastByteAt: meter.lastByteAt } : {}),
      ...(waitingFor ? { waitingFor } : {}),
      ...(record.failure && record.state === 'failed' ? { failure: record.failure } : {}),
    }
  }

  /** The present value first; completes when the task has ended, was dismissed, or never was. */
  watch(taskId: string): Observable<DownloadProgress> {
    const { clock } = this.#state.host
    return new Observable((subscriber) => {
      let lastAt = Number.NEGATIVE_INFINITY
      let lastWait: WaitReason | undefined
      let timer: unknown
      const tell = (): void => {
        const view = this.#state.journal.views.get(taskId)
        if (!view) return subscriber.complete()
        lastAt = clock.monotonic()
        const progress = this.progress(view)
        lastWait = progress.waitingFor
        subscriber.next(progress)
        if (ENDED.has(view.record.state) && !view.actor) subscriber.complete()
      }
      const tellPlace = (): void => {
        timer = undefined
        const place = this.#waitOf(taskId)
        if (place && (place.position !== lastWait?.position || place.reason !== lastWait.code)) tell()
      }
      tell()
      if (subscriber.closed) return undefined
      const subscription = this.#changes.subscribe({
        next: (change) => {
          // what others do moves it on in its queue
          if (change.taskId !== taskId && lastWait?.position !== undefined && !change.isSample) {
            timer ??= clock.setTimeout(tellPlace, SAMPLE_MS)
          }
          if (change.taskId !== taskId) return
          if (!change.isSample || clock.monotonic() - lastAt >= SAMPLE_MS) tell()
        },
        complete: () => subscriber.complete(),
      })
      return () => {
        clock.clearTimeout(timer)
        subscription.unsubscribe()
      }
    })
  }

  /** The present values first, then at most ten times a second. */
  watchAll(): Observable<readonly DownloadProgress[]> {
    const { clock } = this.#state.host
    return new Observable((subscriber) => {
      let timer: unknown
      const tell = (): void => {
        timer = undefined
        subscriber.next(this.all())
      }
      tell()
      const subscription = this.#changes.subscribe({
        next: () => {
          timer ??= clock.setTimeout(tell, SAMPLE_MS)
        },
        complete: () => {
          if (timer !== undefined) tell()
          subscriber.complete()
        },
      })
      return () => {
        clock.clearTimeout(timer)
        subscription.unsubscribe()
      }
    })
  }

  all(): readonly DownloadProgress[] {
    return this.views().map((view) => this.progress(view))
  }

  /** In order of arrival. */
  views(): readonly TaskView[] {
    return [...this.#state.journal.views.values()].sort((left, right) => left.record.seq - right.record.seq)
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#changes.complete()
  }

  #receive(entry: JournalEntry): void {
    if (entry.type === 'changed') this.#observe(entry.view)
    const taskId = entry.type === 'changed' ? entry.view.record.taskId : entry.taskId
    if (entry.type === 'removed') {
      this.#speeds.delete(taskId)
      this.#state.tasks.delete(taskId)
    }
    // the beginnings of chunks are of no use to what has ended, and its task may be shown for long
    if (entry.type === 'removed' || ENDED.has(entry.view.record.state)) this.#state.opened?.engine.forget(taskId)
    this.#changes.next({ taskId, isSample: false })
  }

  #observe({ record: { taskId, state } }: TaskView): void {
    if (state !== 'downloading') this.#speeds.delete(taskId)
    else if (!this.#speeds.has(taskId)) this.#speeds.set(taskId, startSpeed(this.#now(), this.#transferred(taskId)))
    this.#arm()
  }

  /** One timer while something moves, and none else. */
  #arm(): void {
    const { clock } = this.#state.host
    if (this.#speeds.size > 0) this.#timer ??= clock.setTimeout(() => this.#sample(), SAMPLE_MS)
    else this.#disarm()
  }

  #disarm(): void {
    this.#state.host.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #sample(): void {
    this.#timer = undefined
    for (const [taskId, last] of this.#speeds) {
      this.#speeds.set(taskId, nextSpeed(last, this.#now(), this.#transferred(taskId)))
      this.#changes.next({ taskId, isSample: true })
    }
    this.#arm()
  }

  #waitOf(taskId: string): RosterWait | undefined {
    return this.#state.roster.waitOf(taskId) ?? this.#state.mirroredWaits.get(taskId)
  }

  #transferred(taskId: string): number {
    return this.#state.tasks.get(taskId)?.meter.bytesTransferred ?? 0
  }

  #now(): number {
    return this.#state.host.clock.monotonic()
  }
}
