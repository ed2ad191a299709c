import type { DownloadProgress, DownloadState } from '../../domain/progress.js'
import { groupOf } from './groups.js'

/** The sum of what is at work, from rest to rest. */
export interface Totals {
  readonly doneBytes: number
  readonly totalBytes: number
  readonly unknownSizes: number
  /** Whole percent; never steps back. `undefined` while no size is known. */
  readonly percent: number | undefined
  readonly bytesPerSecond: number
  readonly isMoving: boolean
}

interface Share {
  readonly doneBytes: number
  readonly totalBytes: number | undefined
}

/** What the totals of a batch remember. */
export interface Batch {
  readonly shares: ReadonlyMap<string, Share>
  readonly totals: Totals
}

export const NO_BATCH: Batch = {
  shares: new Map(),
  totals: { doneBytes: 0, totalBytes: 0, unknownSizes: 0, percent: undefined, bytesPerSecond: 0, isMoving: false },
}

const FINAL = new Set<DownloadState>(['installed', 'rolledBack', 'cancelled'])

/** A batch begins with the first unfinished download and ends when all are final. What leaves it keeps what it had. */
export function nextBatch(last: Batch, downloads: readonly DownloadProgress[]): Batch {
  if (downloads.every(({ state }) => FINAL.has(state))) return NO_BATCH
  const shares = sharesOf(last, downloads)
  const moving = downloads.filter((progress) => groupOf(progress, 0) === 'downloading')
  const totals = sum(shares.values())
  const percent = Math.max(last.totals.percent ?? 0, percentOf(totals))
  return {
    shares,
    totals: {
      ...totals,
      percent: totals.totalBytes > 0 ? percent : undefined,
      bytesPerSecond: moving.reduce((rate, { speedBytesPerSecond }) => rate + speedBytesPerSecond, 0),
      isMoving: moving.length > 0,
    },
  }
}

function sharesOf({ shares: last }: Batch, downloads: readonly DownloadProgress[]): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>()
  for (const progress of downloads) {
    const before = last.get(progress.taskId)
    if (before || !FINAL.has(progress.state)) shares.set(progress.taskId, shareOf(progress, before))
  }
  for (const [taskId, share] of last) if (!shares.has(taskId)) shares.set(taskId, frozen(share))
  return shares
}

function shareOf(progress: DownloadProgress, last: Share | undefined): Share {
  const { state, bytesDownloaded, totalBytes } = progress
  if (state === 'installed')
    return { doneBytes: totalBytes ?? bytesDownloaded, totalBytes: totalBytes ?? bytesDownloaded }
  if (FINAL.has(state)) return frozen(last ?? { doneBytes: bytesDownloaded, totalBytes })
  return { doneBytes: totalBytes === undefined ? 0 : bytesDownloaded, totalBytes }
}

/** Nothing more will come of it: what it won still counts. */
function frozen({ doneBytes }: Share): Share {
  return { doneBytes, totalBytes: doneBytes }
}

function sum(shares: Iterable<Share>): { doneBytes: number; totalBytes: number; unknownSizes: number } {
  const sums = { doneBytes: 0, totalBytes: 0, unknownSizes: 0 }
  for (const { doneBytes, totalBytes } of shares) {
    sums.doneBytes += doneBytes
    sums.totalBytes += totalBytes ?? 0
    if (totalBytes === undefined) sums.unknownSizes++
  }
  return sums
}

function percentOf({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): number {
  return totalBytes === 0 ? 0 : Math.min(99, Math.floor((100 * doneBytes) / totalBytes))
}
