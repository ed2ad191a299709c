import type { SnapshotFrom } from 'xstate'
import type { AdmissionLane, WorkLane } from '../src/domain/admission.js'
import type { DownloadState } from '../src/domain/progress.js'
import type { DownloadRecord } from '../src/domain/records.js'
import type { DownloadActor, downloadMachine } from './download.machine.js'
import type { Backoff } from './download.types.js'
import type { TaskView } from './fleet.types.js'
import type { RosterEntry, RosterNeed } from './roster.js'

export type DownloadSnapshot = SnapshotFrom<typeof downloadMachine>

const STATES: readonly DownloadState[] = [
  'resolving',
  'queued',
  'downloading',
  'paused',
  'retrying',
  'awaitingNetwork',
  'awaitingConsent',
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
  view: TaskView,
  snapshot: DownloadSnapshot,
  isRecorded: boolean,
  bytesToTransfer: (record: DownloadRecord) => number,
): RosterEntry {
  const { record, shortage } = view
  return {
    taskId: record.taskId,
    priority: record.priority,
    seq: record.seq,
    pluginId: record.plan?.pluginId,
    origin: record.plan?.origin,
    wants: isRecorded ? wantsOf(record, snapshot) : undefined,
    holds: laneOf(snapshot, 'holds'),
    network: isRecorded ? needOf(view, snapshot, bytesToTransfer) : undefined,
    needsBytes: shortage?.bytesToStore,
    blocksPlugin: !snapshot.hasTag('failed') && !snapshot.hasTag('cancelled') && !snapshot.hasTag('installed'),
  }
}

function wantsOf(record: DownloadRecord, snapshot: DownloadSnapshot): AdmissionLane | undefined {
  if (snapshot.hasTag('wants.space')) return 'space'
  return isHeld(record) ? nextLaneOf(record) : laneOf(snapshot, 'wants')
}

function laneOf(snapshot: DownloadSnapshot, claim: 'wants' | 'holds'): WorkLane | undefined {
  if (snapshot.hasTag(`${claim}.resolve`)) return 'resolve'
  return snapshot.hasTag(`${claim}.transfer`) ? 'transfer' : undefined
}

/** Where it will go on. */
function nextLaneOf({ plan }: DownloadRecord): WorkLane {
  return plan && !plan.isOutdated ? 'transfer' : 'resolve'
}

function isHeld({ state }: DownloadRecord): boolean {
  return state === 'awaitingNetwork' || state === 'awaitingConsent'
}

function needOf(
  { record, backoff }: TaskView,
  snapshot: DownloadSnapshot,
  bytesToTransfer: (record: DownloadRecord) => number,
): RosterNeed | undefined {
  const stance = stanceOf(record, snapshot, backoff)
  const lane = nextLaneOf(record)
  const origin = originOf(record, lane)
  if (!stance || origin === undefined) return undefined
  const { initiator, allowMetered, hold } = record
  return { lane, stance, origin, initiator, allowMetered, hold, bytesToTransfer: () => bytesToTransfer(record) }
}

function stanceOf(
  { state }: DownloadRecord,
  snapshot: DownloadSnapshot,
  backoff: Backoff | undefined,
): RosterNeed['stance'] | undefined {
  switch (state) {
    case 'resolving':
      return snapshot.hasTag('holds.resolve') ? 'runs' : 'waits'
    case 'downloading':
      return 'runs'
    case 'queued':
    case 'awaitingNetwork':
    case 'awaitingConsent':
      return 'waits'
    case 'retrying':
      return backoff && isOfNetwork(backoff) ? 'backsOff' : undefined
    default:
      return undefined
  }
}

/** It may have failed for what is only now known: that there is no network. */
function isOfNetwork({ askedByServer, failure }: Backoff): boolean {
  return !askedByServer && (failure.code === 'network' || failure.code === 'stalled')
}

/** `undefined` where what it needs next is on this device. */
function originOf({ source, plan }: DownloadRecord, lane: WorkLane): string | undefined {
  const origin = lane === 'transfer' ? plan?.origin : originIn(source)
  return origin === 'null' ? undefined : origin
}

function originIn(source: string): string | undefined {
  return URL.canParse(source) ? new URL(source).origin : undefined
}
