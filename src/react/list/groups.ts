import type { DownloadProgress } from '../../domain/progress.js'
import type { GroupName } from '../words/messages.js'

/** In the order in which they are shown: what needs a person first. */
export const GROUPS: readonly GroupName[] = ['needsYou', 'downloading', 'waiting', 'paused', 'done']

const BRIEF_MS = 3000

/** Where a download belongs. A retry that comes at once is no waiting. */
export function groupOf({ state, waitingFor }: DownloadProgress, now: number): GroupName {
  switch (state) {
    case 'awaitingConsent':
    case 'awaitingSpace':
    case 'failed':
      return 'needsYou'
    case 'resolving':
    case 'downloading':
    case 'verifying':
    case 'installing':
      return 'downloading'
    case 'retrying':
      return waitingFor?.until !== undefined && waitingFor.until - now < BRIEF_MS ? 'downloading' : 'waiting'
    case 'awaitingNetwork':
      return waitingFor?.code === 'captive-portal' ? 'needsYou' : 'waiting'
    case 'queued':
      return 'waiting'
    case 'paused':
      return 'paused'
    case 'installed':
    case 'rolledBack':
    case 'cancelled':
      return 'done'
  }
}

/** Where a row is, and where it would rather be. */
interface Place {
  readonly shown: GroupName
  readonly wanted: GroupName
  readonly since: number
}

export type Places = ReadonlyMap<string, Place>

const HOLD_MS = 1000

/** Rows change their group only after a second in it, so that nothing jumps to and fro; `urgent` ones at once. */
export function nextPlaces(
  last: Places,
  downloads: readonly DownloadProgress[],
  now: number,
  urgent: ReadonlySet<string>,
): Places {
  const next = new Map<string, Place>()
  let isSame = downloads.length === last.size
  for (const progress of downloads) {
    const { taskId } = progress
    const before = last.get(taskId)
    const place = nextPlace(before, groupOf(progress, now), now, urgent.has(taskId))
    isSame &&= place === before
    next.set(taskId, place)
  }
  return isSame ? last : next
}

function nextPlace(last: Place | undefined, wanted: GroupName, now: number, isUrgent: boolean): Place {
  if (!last || isUrgent)
    return last?.shown === wanted && last.wanted === wanted ? last : { shown: wanted, wanted, since: now }
  if (wanted !== last.wanted) return { shown: last.shown, wanted, since: now }
  return wanted !== last.shown && now - last.since >= HOLD_MS ? { shown: wanted, wanted, since: now } : last
}

/** Whether time alone will move a row. */
export function isUnsettled(places: Places): boolean {
  for (const { shown, wanted } of places.values()) if (shown !== wanted) return true
  return false
}

export interface Group {
  readonly name: GroupName
  readonly downloads: readonly DownloadProgress[]
}

/** The groups that have rows. Inside a group the order of arrival stays; who waits for a turn stands in that order. */
export function groupsOf(downloads: readonly DownloadProgress[], places: Places, now: number): readonly Group[] {
  const rows = new Map<GroupName, DownloadProgress[]>(GROUPS.map((name) => [name, []]))
  for (const progress of downloads)
    rows.get(places.get(progress.taskId)?.shown ?? groupOf(progress, now))?.push(progress)
  rows.set('waiting', byTurn(rows.get('waiting') ?? []))
  return [...rows]
    .map(([name, members]) => ({ name, downloads: members }))
    .filter(({ downloads: { length } }) => length > 0)
}

/** Those that wait for a turn take each other's places; the others stay where they are. */
function byTurn(rows: readonly DownloadProgress[]): DownloadProgress[] {
  const turnOf = ({ waitingFor }: DownloadProgress) => waitingFor?.position
  const queued = rows.filter((row) => turnOf(row) !== undefined)
  queued.sort((left, right) => (turnOf(left) ?? 0) - (turnOf(right) ?? 0))
  let next = 0
  return rows.map((row) => (turnOf(row) === undefined ? row : (queued[next++] ?? row)))
}
