import type { DownloadContext, DownloadRequest, PortalRequest, SpaceRequest } from './download.types.js'

/** How often a download that has no room looks whether there is some, if nobody tells. */
const SPACE_LOOK_MS = 30_000

interface Asker {
  readonly context: DownloadContext
}

export function backoffRequest({ context: { record, backoff } }: Asker): DownloadRequest {
  const { delayMs = 0, until = 0 } = backoff ?? {}
  return { type: 'backoff.requested', taskId: record.taskId, delayMs, until }
}

export function backoffCancelled({ context: { record } }: Asker): DownloadRequest {
  return { type: 'backoff.cancelled', taskId: record.taskId }
}

export function lookRequest({ context: { record } }: Asker): DownloadRequest {
  const { taskId } = record
  return { type: 'backoff.requested', taskId, delayMs: SPACE_LOOK_MS, until: Number.MAX_SAFE_INTEGER }
}

export function spaceRequest({ context: { record } }: Asker): SpaceRequest {
  return { type: 'space.asked', taskId: record.taskId }
}

export function portalRequest({ context: { record } }: Asker): PortalRequest {
  return { type: 'portal.asked', taskId: record.taskId }
}
