import type { DownloadRecord } from '../domain/records.js'
import type { DockState } from './dockState.js'

/** What a download has still to fetch, as far as that is known. What it took from installed versions is not counted twice. */
export function bytesToTransfer({ tasks }: DockState, { taskId, plan, ...record }: DownloadRecord): number {
  if (!plan) return 0
  const { bytesDownloaded, bytesReused } = tasks.get(taskId)?.meter ?? record
  const held = Math.max(bytesDownloaded, bytesDownloaded - bytesReused + (plan.bytesReusable ?? 0))
  return Math.max(0, plan.totalBytes - held)
}
