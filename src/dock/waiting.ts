import type { Backoff, Shortage } from '../../machines/download.types.js'
import type { TaskView } from '../../machines/fleet.types.js'
import type { RosterWait } from '../../machines/roster.js'
import type { Hold } from '../domain/network.js'
import type { WaitReason } from '../domain/progress.js'
import { isExpiredLink } from '../domain/recovery.js'

/** Why a task does not move; `undefined` for one that does, or that has ended. */
export function waitReason(
  { record, backoff, shortage }: TaskView,
  wait: RosterWait | undefined,
  maxAttempts: number,
): WaitReason | undefined {
  if (record.state === 'paused') return { code: 'user', message: 'Paused' }
  if (record.state === 'retrying' && backoff) return backoffReason(backoff, record.attempt, maxAttempts)
  if (record.hold) return holdReason(record.hold, maxAttempts)
  if (record.state === 'awaitingSpace' && shortage) return spaceReason(shortage)
  if (!wait) return undefined
  return {
    code: wait.reason,
    message: WAIT_WORDS[wait.reason](wait.position),
    position: wait.position,
    ...hostOf(record),
  }
}

const WAIT_WORDS: Record<RosterWait['reason'], (position: number) => string> = {
  slot: (position) => (position === 1 ? 'Next in line' : `Number ${position} in line`),
  'origin-slot': () => 'Waiting for a free connection to this server',
  'same-plugin': () => 'Waiting for another download of the same plugin',
  space: () => 'Waiting for room',
}

const HOLD_WORDS: Record<Hold['code'], (hold: Hold) => string> = {
  offline: () => 'There is no network; it goes on by itself',
  'captive-portal': ({ host, portal }) =>
    portal?.failure.message ?? `${host} sends web pages; this network may want you to sign in first`,
  metered: () => 'Waiting for a network without a data limit',
  'save-data': () => 'Waiting, because this device is set to save data',
  consent: ({ bytesToTransfer }) => `Needs an OK to fetch ${bytesToTransfer} bytes over this network`,
}

function holdReason(hold: Hold, maxAttempts: number): WaitReason {
  const { code, host, bytesToTransfer, portal } = hold
  return {
    code,
    message: HOLD_WORDS[code](hold),
    ...(host === undefined ? {} : { host }),
    ...(bytesToTransfer === undefined ? {} : { bytesToTransfer }),
    // a bundle whose manifest came is waited for without end
    ...(portal && portal.sizeBytes === undefined ? { attempt: portal.attempt, maxAttempts } : {}),
  }
}

function spaceReason({ failure, bytesNeeded, plan }: Shortage): WaitReason {
  return { code: 'space', message: failure.message, bytesNeeded, plan }
}

function backoffReason({ until, askedByServer, failure }: Backoff, attempt: number, maxAttempts: number): WaitReason {
  const reason = { until, attempt, maxAttempts, message: failure.message }
  if (askedByServer) return { code: 'server-busy', ...reason }
  if (isExpiredLink(failure.status ?? 0)) return { code: 'fresh-link', ...reason }
  return { code: 'backoff', cause: failure.code === 'stalled' ? 'stall' : 'cut', ...reason }
}

function hostOf({ plan }: TaskView['record']): { host?: string } {
  return plan && plan.origin !== 'null' ? { host: new URL(plan.origin).host } : {}
}
