import type { SnapshotFrom } from 'xstate'
import type { AdmissionLane, WorkLane } from '../src/domain/admission.js'
import type { Hold } from '../src/domain/network.js'
import type { DownloadState } from '../src/domain/progress.js'
import type { DownloadRecord } from '../src/domain/records.js'
import type { DownloadActor, downloadMachine } from './download.machine.js'
import type { Backoff } from './download.types.js'
import type { TaskView } from './fleet.types.js'
import type { RosterEntry, RosterNeed } from './roster.js'

export type DownloadSnapshot = SnapshotFrom<typeof downloadMachine>

const STATES: ReadonlySet<string> = new Set<DownloadState>([
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
])

/** A child as the fleet books it; `undefined` before it stands in a state of the contract. */
export function viewOf(snapshot: DownloadSnapshot, actor: DownloadActor | undefined): TaskView | undefined {
  const state = stateOf(snapshot)
  if (!state) return undefined
  const { record, backoff, shortage } = snapshot.context
  return { record: recordIn(record, state), backoff, shortage: state === 'awaitingSpace' ? shortage : undefined, actor }
}

function stateOf({ tags }: DownloadSnapshot): DownloadState | undefined {
  for (const tag of tags) if (STATES.has(tag)) return tag as DownloadState // reason: the set holds nothing else
  return undefined
}

/** Itself, where it came with that state. */
function recordIn(
  record: Partial<DownloadRecord> & Omit<DownloadRecord, 'state'>,
  state: DownloadState,
): DownloadRecord {
  return record.state === state ? (record as DownloadRecord) : { ...record, state } // reason: it has its state
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
    holds: snapshot.hasTag('holds.store') ? 'store' : laneOf(snapshot, 'holds'),
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
  return new Need(record, { lane, stance, origin, bytesToTransfer })
}

/** One for each download that waits: its method is the class's, and no function of its own. */
class Need implements RosterNeed {
  readonly lane: WorkLane
  readonly stance: RosterNeed['stance']
  readonly origin: string
  readonly initiator: RosterNeed['initiator']
  readonly allowMetered: boolean | undefined
  readonly hold: Hold | undefined
  readonly #record: DownloadRecord
  readonly #bytesToTransfer: (record: DownloadRecord) => number

  constructor(record: DownloadRecord, about: NeedOf) {
    this.lane = about.lane
    this.stance = about.stance
    this.origin = about.origin
    this.initiator = record.initiator
    this.allowMetered = record.allowMetered
    this.hold = record.hold
    this.#record = record
    this.#bytesToTransfer = about.bytesToTransfer
  }

  bytesToTransfer(): number {
    return this.#bytesToTransfer(this.#record)
  }
}

interface NeedOf extends Pick<RosterNeed, 'lane' | 'stance' | 'origin'> {
  readonly bytesToTransfer: (record: DownloadRecord) => number
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
  try {
    return new URL(source).origin
  } catch {
    return undefined
  }
}
