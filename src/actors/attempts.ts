import { HttpStatusError, ManifestError, NetworkError, type PluginDockError } from '../domain/errors/index.js'
import type { FailedAttempt } from '../domain/failedAttempt.js'
import { asPluginDockError, toFailure } from '../domain/failure.js'
import type { Portal } from '../domain/network.js'
import type { DownloadRecord } from '../domain/records.js'
import type { DockState, TaskResources } from './dockState.js'

/** The counters and open ends of a task, made when first asked for. */
export function resourcesOf(state: DockState, record: Omit<DownloadRecord, 'state'>): TaskResources {
  const found = state.tasks.get(record.taskId)
  if (found) return found
  const { bytesDownloaded, bytesReused, bytesTransferred } = record
  const made: TaskResources = { meter: { bytesDownloaded, bytesReused, bytesTransferred, lastByteAt: 0 } }
  state.tasks.set(record.taskId, made)
  return made
}

/** What a chart is told of something thrown; the error itself is kept for whoever waits for the task. */
export function failedAttempt(
  state: DockState,
  record: Omit<DownloadRecord, 'state'>,
  thrown: unknown,
  gainedBytes = 0,
): FailedAttempt {
  const error = asPluginDockError(thrown)
  resourcesOf(state, record).error = error
  return {
    failure: toFailure(error),
    gainedBytes,
    retryAfterMs: error instanceof HttpStatusError ? error.retryAfterMs : undefined,
    at: state.host.clock.now(),
    entropy: state.host.clock.random(),
    portal: portalOf(error, record),
  }
}

/** A web page in place of a file is what a network sends that wants one to sign in; nobody signs in to a local file. */
function portalOf(error: PluginDockError, { source, plan }: Omit<DownloadRecord, 'state'>): Portal | undefined {
  const failure = toFailure(error)
  if (error instanceof ManifestError && error.isWebPage && /^https?:/.test(source)) {
    return { url: source, attempt: 0, failure }
  }
  if (!(error instanceof NetworkError) || !error.isWebPage || !plan || plan.origin === 'null') return undefined
  return { url: error.url, sizeBytes: plan.totalBytes, attempt: 0, failure }
}
