import type { SnapshotFrom } from 'xstate'
import type { AdmissionLane } from '../src/domain/admission.js'
import type { DownloadState } from '../src/domain/progress.js'
import type { DownloadActor, downloadMachine } from './download.machine.js'
import type { TaskView } from './fleet.types.js'
import type { RosterEntry } from './roster.js'

export type DownloadSnapshot = SnapshotFrom<typeof downloadMachine>

const STATES: readonly DownloadState[] = [
  'resolving',
  'queued',
  'downloading',
  'paused',
  'retrying',
  'verifying',
  'installing',
  'installed',
  'failed',
  'cancelled',
]

/** A child as the fleet books it; `undefined` before it stands in a state of the contract. */
export function viewOf(snapshot: DownloadSnapshot, actor: DownloadActor | undefined): TaskView | undefined {
  const state = STATES.find((name) => snapshot.hasTag(name))
  if (!state) return undefined
  return { record: { ...snapshot.context.record, state }, backoff: snapshot.context.backoff, actor }
}

/** What admission has to know. A task that is not recorded yet asks for nothing. */
export function rosterEntryOf({ record }: TaskView, snapshot: DownloadSnapshot, isRecorded: boolean): RosterEntry {
  return {
    taskId: record.taskId,
    priority: record.priority,
    seq: record.seq,
    pluginId: record.plan?.pluginId,
    origin: record.plan?.origin,
    wants: isRecorded ? laneOf(snapshot, 'wants') : undefined,
    holds: laneOf(snapshot, 'holds'),
    blocksPlugin: !snapshot.hasTag('failed') && !snapshot.hasTag('cancelled') && !snapshot.hasTag('installed'),
  }
}

function laneOf(snapshot: DownloadSnapshot, claim: 'wants' | 'holds'): AdmissionLane | undefined {
  if (snapshot.hasTag(`${claim}.resolve`)) return 'resolve'
  return snapshot.hasTag(`${claim}.transfer`) ? 'transfer' : undefined
}
