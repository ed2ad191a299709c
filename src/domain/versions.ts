import type { RollbackCause } from './plugin.js'
import type {
  DownloadPlan,
  FailedVersion,
  HistoryRecord,
  InstalledRecord,
  Quarantine,
  VersionRecord,
} from './records.js'
import { compareVersions } from './version.js'
import { fallbacksOf, versionsOf } from './versionsOf.js'

/** Failures remembered of one plugin; of older ones only the floor tells. */
const MAX_FAILED = 20

/** An installed version, and whose it is. */
export interface NamedVersion {
  readonly pluginId: string
  readonly version: VersionRecord
}

/** Why a version does not work, in words and in kind. */
export interface Verdict {
  readonly reason: string
  readonly cause: RollbackCause
}

/** The failure for which this bundle is refused now. Another version, or other bytes of it, are not. */
export function refusalOf(
  history: HistoryRecord | undefined,
  { version, partialKey, integrity }: Pick<DownloadPlan, 'version' | 'partialKey' | 'integrity'>,
  now: number,
): FailedVersion | undefined {
  return history?.failed.find(
    (failed) =>
      failed.version === version &&
      failed.until > now &&
      (failed.address === partialKey || failed.integrity === integrity),
  )
}

/** A version below which nothing is installed, and who says so. */
export interface Floor {
  readonly version: string
  readonly by: 'health' | 'publisher' | 'app'
}

/** The highest of what was confirmed healthy, what a trusted manifest announced, and what the app was shipped with. */
export function floorOf(
  history: HistoryRecord | undefined,
  { epoch = 0, shipped }: { readonly epoch?: number; readonly shipped?: string | undefined } = {},
): Floor | undefined {
  const { floor, minimum } = inEpoch(history, epoch)
  const floors: Floor[] = []
  if (floor !== undefined) floors.push({ version: floor, by: 'health' })
  if (minimum !== undefined) floors.push({ version: minimum, by: 'publisher' })
  if (shipped !== undefined) floors.push({ version: shipped, by: 'app' })
  return floors.reduce<Floor | undefined>(
    (highest, next) => (highest && compareVersions(highest.version, next.version) >= 0 ? highest : next),
    undefined,
  )
}

/** A version was confirmed healthy: the floor rises, and never falls within an epoch. */
export function withConfirmed(history: HistoryRecord | undefined, version: string, epoch = 0): HistoryRecord {
  const known = inEpoch(history, epoch)
  return { ...known, floor: higher(known.floor, version) }
}

/** A trusted manifest announced the lowest version that is still to be had. The same record where that is not new. */
export function withMinimum(history: HistoryRecord | undefined, version: string, epoch = 0): HistoryRecord {
  const known = inEpoch(history, epoch)
  const minimum = higher(known.minimum, version)
  return history && known.minimum === minimum ? history : { ...known, minimum }
}

/** What holds under the present list of keys: floors of an earlier epoch do not. */
function inEpoch(history: HistoryRecord | undefined, epoch: number): HistoryRecord {
  const known = history ?? NO_HISTORY
  return (known.epoch ?? 0) >= epoch ? known : { v: 1, epoch, failed: known.failed }
}

function higher(known: string | undefined, version: string): string {
  return known !== undefined && compareVersions(known, version) >= 0 ? known : version
}

/** A version failed. Another failure of the same bundle takes the place of the one before. */
export function withFailure(history: HistoryRecord | undefined, failed: FailedVersion): HistoryRecord {
  const before = history ?? NO_HISTORY
  const others = before.failed.filter(({ address }) => address !== failed.address)
  return { ...before, failed: [failed, ...others].slice(0, MAX_FAILED) }
}

/** The same without what was held against a version. */
export function withPardon(history: HistoryRecord, version: string): HistoryRecord {
  return { ...history, failed: history.failed.filter((failed) => failed.version !== version) }
}

const NO_HISTORY: HistoryRecord = { v: 1, failed: [] }

/**
 * The previous versions that stay when `candidates`, newest first, are what came before: the newest `keep`, and among
 * them always the newest that is healthy, which a failing version falls back to.
 */
export function keptPrevious(candidates: readonly VersionRecord[], keep: number): readonly VersionRecord[] {
  const newest = candidates.slice(0, keep)
  const healthy = candidates.find((version) => version.health === 'healthy')
  if (keep === 0 || !healthy || newest.includes(healthy)) return newest
  return [...newest.slice(0, keep - 1), healthy]
}

/** The record after an install of `active`. Of versions in quarantine the bytes of the newest stay. */
export function withActive(
  installed: InstalledRecord | undefined,
  active: VersionRecord,
  { pluginId, keep }: { readonly pluginId: string; readonly keep: number },
): InstalledRecord {
  const before = (installed ? versionsOf(installed) : []).filter(({ address }) => address !== active.address)
  const quarantined = before.filter(({ quarantine }) => quarantine !== undefined).slice(0, 1)
  const previous = before.filter(({ quarantine }) => quarantine === undefined)
  return {
    v: 1,
    pluginId,
    pinned: installed?.pinned ?? false,
    lastUsedAt: active.installedAt,
    active,
    previous: keptPrevious(previous, keep),
    ...(quarantined.length > 0 ? { quarantined } : {}),
  }
}

/** A change of the active version: the record, and what became active; `to` is absent where nothing could. */
export interface Switched {
  readonly record: InstalledRecord
  readonly to?: VersionRecord
}

/** One version failed: the newest healthy one takes its place; where there is none it stays, and is not run. */
export function withoutFailed(record: InstalledRecord, address: string, quarantine: Quarantine): Switched {
  const failed = versionsOf(record).find((version) => version.address === address)
  if (!failed) return { record }
  const quarantined = { ...failed, health: 'untried', quarantine } as const
  const [to] = fallbacksOf(record)
  const isActive = record.active.address === address
  if (isActive && !to) return { record: { ...record, active: quarantined } }
  const next = {
    ...record,
    previous: record.previous.filter((version) => version !== to && version.address !== address),
    quarantined: [quarantined],
  }
  return isActive && to ? { record: { ...next, active: to }, to } : { record: next }
}

/** Another version on the disk becomes the active one, which stays beside it. */
export function withSwitched(record: InstalledRecord, address: string, left: Partial<VersionRecord> = {}): Switched {
  const to = record.previous.find((version) => version.address === address)
  if (!to) return { record }
  const others = record.previous.filter((version) => version !== to)
  const before = { ...record.active, ...left }
  const kept = before.quarantine ? { previous: others, quarantined: [before] } : { previous: [before, ...others] }
  return { record: { ...record, ...kept, active: to }, to }
}

/** The same with a version that may be run again. */
export function withReleased(record: InstalledRecord, version: string): InstalledRecord {
  const { quarantined = [], active, previous, ...rest } = record
  const kept = quarantined.filter((other) => other.version !== version)
  return {
    ...rest,
    active: active.version === version ? released(active) : active,
    previous: [...quarantined.filter((other) => other.version === version).map(released), ...previous],
    ...(kept.length > 0 ? { quarantined: kept } : {}),
  }
}

function released({ quarantine: _, ...version }: VersionRecord): VersionRecord {
  return version
}
