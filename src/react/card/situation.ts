import type { DownloadFailure } from '../../domain/failure.js'
import type { DownloadProgress, WaitReason } from '../../domain/progress.js'
import type { Situation } from '../words/messages.js'
import type { DownloadFacts } from './facts.js'

/** A second download that nobody feeds is called silent after this. */
export const SILENT_AFTER_MS = 3000

/** A wait that is shorter is told in seconds: a clock time would be over when it is read. */
const SOON_MS = 60_000

const ACCESS_STATUS = new Set([401, 403])
const GONE_STATUS = new Set([404, 410])
const BUSY_STATUS = new Set([429, 503])

/** Which words fit. The reason decides before the state does, so that they hold wherever a machine parks a download. */
export function situationOf(progress: DownloadProgress, facts: DownloadFacts, now: number): Situation {
  const { state, waitingFor, failure } = progress
  if (state === 'failed') return failure ? failureSituation(failure) : 'failed'
  if (waitingFor) return waitSituation(waitingFor, progress, now)
  switch (state) {
    case 'downloading':
      return downloadingSituation(progress, facts, now)
    case 'paused':
      return progress.bytesDownloaded > 0 ? 'paused' : 'paused:empty'
    case 'installing':
      return progress.previousVersion === undefined ? 'installing' : 'installing:update'
    case 'rolledBack':
      return facts.rollback && facts.rollback.cause !== 'failed' ? `rolledBack:${facts.rollback.cause}` : 'rolledBack'
    case 'cancelled':
      return progress.bytesDownloaded > 0 ? 'cancelled' : 'cancelled:empty'
    default:
      return state
  }
}

function downloadingSituation(progress: DownloadProgress, facts: DownloadFacts, now: number): Situation {
  if (isSilent(progress, now)) return 'downloading:silent'
  if (progress.totalBytes === undefined) return 'downloading:sizeUnknown'
  return facts.limitBytesPerSecond === undefined ? 'downloading' : 'downloading:limited'
}

/** A running download whose bytes stopped coming. */
export function isSilent({ state, lastByteAt }: DownloadProgress, now: number): boolean {
  return state === 'downloading' && lastByteAt !== undefined && now - lastByteAt > SILENT_AFTER_MS
}

function waitSituation(reason: WaitReason, { bytesDownloaded }: DownloadProgress, now: number): Situation {
  switch (reason.code) {
    case 'slot':
      return (reason.position ?? 1) > 1 ? 'wait:slot:later' : 'wait:slot'
    case 'backoff':
      return reason.cause === 'stall' || reason.cause === 'damaged' ? `wait:backoff:${reason.cause}` : 'wait:backoff'
    case 'server-busy':
      return reason.until !== undefined && reason.until - now < SOON_MS ? 'wait:server-busy:soon' : 'wait:server-busy'
    case 'space':
      return reason.plan?.items.length === 0 ? 'wait:space:stuck' : 'wait:space'
    case 'user':
      return bytesDownloaded > 0 ? 'wait:user' : 'wait:user:empty'
    default:
      return `wait:${reason.code}`
  }
}

function failureSituation({ code, status = 0 }: DownloadFailure): Situation {
  if (code !== 'http-status') return `failure:${code}`
  if (ACCESS_STATUS.has(status)) return 'failure:http-status:access'
  if (GONE_STATUS.has(status)) return 'failure:http-status:gone'
  return BUSY_STATUS.has(status) ? 'failure:http-status:busy' : 'failure:http-status'
}
