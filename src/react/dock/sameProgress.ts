import type { DownloadProgress } from '../../domain/progress.js'

/** The older of two that say the same, so that whoever reads it is not drawn again. */
export function keepSame(last: DownloadProgress | undefined, next: DownloadProgress): DownloadProgress {
  return last && isSame(last, next) ? last : next
}

/** The older list where all is the same, and the older progress in a newer list. */
export function keepSameList(
  last: readonly DownloadProgress[],
  next: readonly DownloadProgress[],
): readonly DownloadProgress[] {
  const known = new Map(last.map((progress) => [progress.taskId, progress]))
  const kept = next.map((progress) => keepSame(known.get(progress.taskId), progress))
  const isAllSame = kept.length === last.length && kept.every((progress, index) => progress === last[index])
  return isAllSame ? last : kept
}

/** Plain data, compared to its depth. */
function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (!isRecord(left) || !isRecord(right)) return false
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => isSame(left[name], right[name]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
