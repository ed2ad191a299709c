import type { DownloadPlan, DownloadRecord } from '../src/domain/records.js'
import type { FleetEvent, TaskView } from './fleet.types.js'
import type { BootReport, StartOptions, SupervisorEmitted } from './supervisor.types.js'

/** What outsiders are told of a task that has just come into its state; `undefined` where that is nothing new to them. */
export function reportOf({ record, backoff, shortage }: TaskView): SupervisorEmitted | undefined {
  const { taskId, state, plan, failure, attempt, hold } = record
  const about = { taskId, pluginId: plan?.pluginId }
  if (state === 'installed' && plan) {
    const { pluginId, version } = plan
    return { type: 'download.installed', taskId, pluginId, version }
  }
  if (state === 'failed' && failure) return { type: 'download.failed', ...about, failure }
  if (state === 'retrying' && backoff) {
    return { type: 'download.waiting', ...about, until: backoff.until, failure: backoff.failure }
  }
  if (hold) return { type: 'download.waiting', ...about, hold }
  if (!shortage) return undefined
  return { type: 'download.waiting', ...about, failure: { ...shortage.failure, attempt }, shortage }
}

interface NewTask {
  readonly source: string
  readonly seq: number
  readonly boot: BootReport
  readonly options: StartOptions
  /** Where its manifest was read already. */
  readonly plan: DownloadPlan | undefined
  readonly requestId: string | undefined
}

/** The record of a download that has just been asked for. */
export function newRecord({ source, seq, boot, options, plan, requestId }: NewTask): DownloadRecord {
  return {
    v: 1,
    taskId: `${boot.settings.name}-${boot.epoch}-${seq}`,
    seq,
    requestId,
    source,
    state: plan ? 'queued' : 'resolving',
    priority: options.priority ?? 0,
    initiator: options.initiator ?? 'user',
    allowDowngrade: options.allowDowngrade === true ? true : undefined,
    allowMetered: options.allowMetered,
    limitBytesPerSecond: options.limitBytesPerSecond,
    attempt: 1,
    plan,
    bytesDownloaded: 0,
    bytesReused: 0,
    bytesTransferred: 0,
  }
}

type TaskCommand = Extract<FleetEvent, { type: `download.${string}`; taskId: string }>

export function isTaskCommand(event: FleetEvent): event is TaskCommand {
  return event.type.startsWith('download.') && 'taskId' in event
}
