import {
  mayTryAgain,
  startedOver,
  withBackoff,
  withFailure,
  withOutdatedPlan,
  withPlan,
} from '../../../machines/download.context.js'
import { downloadMachine } from '../../../machines/download.machine.js'
import type { Backoff, DownloadContext, DownloadEvent } from '../../../machines/download.types.js'
import type { RosterEntry } from '../../../machines/roster.js'
import { type DownloadSnapshot, rosterEntryOf } from '../../../machines/taskView.js'
import type { FailedAttempt } from '../../domain/failedAttempt.js'
import type { DownloadState } from '../../domain/progress.js'
import type { DownloadPlan } from '../../domain/records.js'
import type { RetryPolicy } from '../../domain/retry.js'
import { FLEET_ORIGIN } from './fleetOrigin.js'

/** Where a download stands in its chart, of all places to which a fleet leads. */
export type FleetPlace = 'waiting' | 'reading' | 'queued' | 'downloading' | 'retrying' | 'failed' | 'installed'

const STATES: Record<FleetPlace, { readonly state: DownloadState; readonly value: object | string }> = {
  waiting: { state: 'resolving', value: { working: { resolving: 'waiting' } } },
  reading: { state: 'resolving', value: { working: { resolving: 'reading' } } },
  queued: { state: 'queued', value: { working: 'queued' } },
  downloading: { state: 'downloading', value: { working: 'downloading' } },
  retrying: { state: 'retrying', value: { working: 'retrying' } },
  failed: { state: 'failed', value: 'failed' },
  installed: { state: 'installed', value: 'installed' },
}

/**
 * The life of one download as its chart leads it, by the chart's own decisions, without an actor: the pure transitions
 * of the chart take a hundred times as long. A test walks both side by side.
 */
export class FleetDownload {
  place: FleetPlace = 'waiting'
  context: DownloadContext

  constructor(taskId: string, seq: number, retry: RetryPolicy) {
    this.context = {
      retry,
      record: {
        v: 1,
        taskId,
        seq,
        source: `${FLEET_ORIGIN}/${taskId}/manifest.json`,
        priority: 0,
        initiator: 'automatic',
        attempt: 1,
        bytesDownloaded: 0,
        bytesReused: 0,
        bytesTransferred: 0,
      },
    }
  }

  get isUnderWay(): boolean {
    return this.place !== 'failed' && this.place !== 'installed'
  }

  get awaitsTurn(): boolean {
    return this.place === 'waiting' || this.place === 'queued'
  }

  /** `download.retry` of one that failed. */
  retry(): void {
    this.#change(startedOver({ context: this.context, event: { type: 'download.retry' } }))
    this.#change(withOutdatedPlan({ context: this.context, event: { type: 'download.retry' } }))
    this.place = 'waiting'
  }

  /** `admission.granted` */
  grant(): void {
    this.place = this.place === 'waiting' ? 'reading' : 'downloading'
  }

  /** `manifest.resolved` */
  resolve(plan: DownloadPlan, installed: boolean): void {
    this.#change(withPlan({ context: this.context, event: { type: 'manifest.resolved', plan, installed } }))
    this.place = installed ? 'installed' : 'queued'
  }

  /** `transfer.completed`, and what follows without the network. */
  complete(): void {
    this.place = 'installed'
  }

  /** `manifest.failed` or `transfer.failed`. How long it is to wait; `undefined` where it has failed for good. */
  fail(attempt: FailedAttempt): number | undefined {
    const type = this.place === 'reading' ? 'manifest.failed' : 'transfer.failed'
    const step = { context: this.context, event: { type, attempt } satisfies DownloadEvent }
    const tries = mayTryAgain(step)
    this.#change(tries ? withBackoff(step) : withFailure(step))
    this.place = tries ? 'retrying' : 'failed'
    return this.context.backoff?.delayMs
  }

  /** `backoff.elapsed` */
  elapse(): void {
    this.#change({ backoff: undefined })
    const { plan } = this.context.record
    this.place = plan && !plan.isOutdated ? 'queued' : 'waiting'
  }

  /** What admission is told. */
  rosterEntry(): RosterEntry {
    const { record, backoff } = this.context
    const view = {
      record: { ...record, state: STATES[this.place].state },
      backoff,
      shortage: undefined,
      actor: undefined,
    }
    return rosterEntryOf(view, SNAPSHOTS[this.place], true, () => record.plan?.totalBytes ?? 0)
  }

  /** Of what admission is told: the same number, the same entry. */
  get situation(): number {
    const { record, backoff } = this.context
    let situation = PLACES.indexOf(this.place)
    situation = situation * 3 + planKind(record.plan)
    situation = situation * MAX_BACKOFFS + (backoff ? backoffKind(backoff) : 0)
    return situation * MAX_PLUGINS + record.seq
  }

  #change(change: Partial<DownloadContext>): void {
    this.context = { ...this.context, ...change }
  }
}

const PLACES = Object.keys(STATES)
const MAX_BACKOFFS = 64
const MAX_PLUGINS = 1 << 16
/** Those that were met, each at its number. */
const failureCodes: string[] = []

function planKind(plan: DownloadPlan | undefined): number {
  if (!plan) return 0
  return plan.isOutdated ? 1 : 2
}

function backoffKind({ askedByServer, failure }: Backoff): number {
  const known = failureCodes.indexOf(failure.code)
  const code = known < 0 ? failureCodes.push(failure.code) - 1 : known
  return 1 + 2 * code + Number(askedByServer)
}

/** Only their tags are asked. */
const SNAPSHOTS = snapshots()

function snapshots(): Record<FleetPlace, DownloadSnapshot> {
  const { context } = new FleetDownload('any', 0, {
    maxAttempts: 1,
    baseDelayMs: 0,
    factor: 1,
    maxDelayMs: 0,
    jitter: 'none',
  })
  const of = (place: FleetPlace): DownloadSnapshot =>
    downloadMachine.resolveState({ value: STATES[place].value as DownloadSnapshot['value'], context }) // written by hand above; a test compares them with the chart's
  return {
    waiting: of('waiting'),
    reading: of('reading'),
    queued: of('queued'),
    downloading: of('downloading'),
    retrying: of('retrying'),
    failed: of('failed'),
    installed: of('installed'),
  }
}
