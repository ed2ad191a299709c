import type { TaskView } from '../../machines/fleet.types.js'
import { type AskedWait, type DownloadRecord, type ManifestRecord, RECORD_KINDS } from '../domain/records.js'
import type { RecordChange } from '../ports/recordStore.js'
import type { DockState } from './dockState.js'
import { INLINE } from './intake.js'

/** The records that bring a task back after a restart: its own, and the manifest where no URL could give it again. */
export function describeTask(state: DockState, { record, backoff, actor }: TaskView): RecordChange[] {
  const { taskId, source } = record
  const meter = state.tasks.get(taskId)?.meter
  const { bytesDownloaded, bytesReused, bytesTransferred } = meter ?? record
  const askedWait = backoff?.askedByServer ? asked(backoff) : undefined
  const own = { ...record, bytesDownloaded, bytesReused, bytesTransferred, askedWait } satisfies DownloadRecord
  const changes: RecordChange[] = [{ key: RECORD_KINDS.download + taskId, value: own }]
  const key = RECORD_KINDS.manifest + taskId
  const inline = source.startsWith(INLINE) ? state.inbox.get(source) : undefined
  if (!actor) changes.push({ key, value: undefined })
  else if (inline) changes.push({ key, value: keep(inline.manifest, inline.baseUrl) })
  return changes
}

function asked({ delayMs, until, askedMs, failure }: AskedWait): AskedWait {
  return { delayMs, until, askedMs, failure }
}

/** Unchecked: reading it checks it. */
function keep(
  manifest: unknown,
  baseUrl: string | undefined,
): { v: 1; manifest: unknown; baseUrl: string | undefined } {
  return { v: 1, manifest, baseUrl } satisfies Omit<ManifestRecord, 'manifest'> & { manifest: unknown }
}
