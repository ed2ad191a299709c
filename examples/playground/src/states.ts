import type { DownloadProgress } from 'plugdock/browser'

const SETTLED: ReadonlySet<DownloadProgress['state']> = new Set<DownloadProgress['state']>([
  'installed',
  'cancelled',
  'rolledBack',
])

/** Whether there is still something to come of it; a failed one can be tried again. */
export function isUnfinished({ state }: DownloadProgress): boolean {
  return !SETTLED.has(state)
}
