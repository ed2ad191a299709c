import type { SnapshotFrom } from 'xstate'
import type { AdmissionLane, WorkLane } from '../src/domain/admission.js'
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
  'awaitingSpace',
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
  const { record, backoff, shortage } = snapshot.context
  return { record: { ...record, state }, backoff, shortage: state === 'awaitingSpace' ? shortage : undefined, actor }
}

/** What admission has to know. A task that is not recorded yet asks for nothing. */
export function rosterEntryOf(
  { record, shortage }: TaskView,
  snapshot: DownloadSnapshot,
  isRecorded: boolean,
): RosterEntry {
  return {
    taskId: record.taskId,
    priority: record.priority,
    seq: record.seq,
    pluginId: record.plan?.pluginId,
    origin: record.plan?.origin,
    wants: isRecorded ? wantsOf(snapshot) : undefined,
    holds: laneOf(snapshot, 'holds'),
    needsBytes: shortage?.bytesToStore,
    blocksPlugin: !snapshot.hasTag('failed') && !snapshot.hasTag('cancelled') && !snapshot.hasTag('installed'),
  }
}

function wantsOf(snapshot: DownloadSnapshot): AdmissionLane | undefined {
  return snapshot.hasTag('wants.space') ? 'space' : laneOf(snapshot, 'wants')
}

function laneOf(snapshot: DownloadSnapshot, claim: 'wants' | 'holds'): WorkLane | undefined {
  if (snapshot.hasTag(`${claim}.resolve`)) return 'resolve'
  return snapshot.hasTag(`${claim}.transfer`) ? 'transfer' : undefined
}
