import type { EvictionItem, EvictionPlan } from './evictionPlan.js'
import type { InstalledRecord, VersionRecord } from './records.js'
import { keptPrevious } from './versions.js'
import { fallbacksOf, versionsOf } from './versionsOf.js'

/** Bytes in the store that no record names. */
export interface OrphanFile {
  readonly kind: 'bundle' | 'partial'
  readonly name: string
  readonly sizeBytes: number
}

/** Everything that decides what may be evicted. */
export interface EvictionFacts {
  /** Epoch ms. */
  readonly now: number
  readonly plugins: readonly InstalledRecord[]
  /** Those that nobody uses. */
  readonly orphans: readonly OrphanFile[]
  /** Addresses in use, here or elsewhere. */
  readonly leased: ReadonlySet<string>
  /** Plugins with a download that has not ended, or a version on trial. */
  readonly busy: ReadonlySet<string>
  readonly keepPreviousVersions: number
}

/** One thing that may go, with all that it takes. `sizeBytes` is what that frees once all before it have gone. */
export type EvictionTarget = EvictionItem & {
  /** Bundles that lose a name; another plugin may still have one for them. */
  readonly addresses: readonly string[]
  /** Set where nothing names the bytes. */
  readonly orphan?: OrphanFile
}

/**
 * All that may go, in this order: orphans; quarantined; versions beyond the kept ones; previous versions of plugins
 * whose active version is confirmed healthy; whole plugins, the one that was used longest ago first. Never what is
 * pinned, in use or being installed, nor the version that a trial would fall back to.
 */
export function evictionTargets(facts: EvictionFacts): readonly EvictionTarget[] {
  const plugins = [...facts.plugins].sort(byLastUse(facts))
  const versions = [
    ...plugins.flatMap((plugin) => (plugin.quarantined ?? []).map((version) => one('quarantined', plugin, version))),
    ...plugins.flatMap((plugin) => beyondKept(plugin, facts).map((version) => one('previous', plugin, version))),
    ...plugins.flatMap((plugin) => replaced(plugin, facts).map((version) => one('previous', plugin, version))),
  ].filter(({ plugin, versions: [version] }) => !plugin.pinned && version && !facts.leased.has(version.address))
  const whole = plugins
    .map((plugin) => ({ kind: 'plugin' as const, plugin, versions: versionsOf(plugin) }))
    .filter((group) => mayGoWhole(group.plugin, group.versions, facts))
  return [...facts.orphans.map(ofOrphan), ...priced([...versions, ...whole], facts.plugins)]
}

/** As many of the targets, in their order, as free so many bytes; all of them where that is not enough. */
export function planEviction(facts: EvictionFacts, bytesToFree: number): EvictionPlan {
  return planOf(takeEnough(evictionTargets(facts), bytesToFree), bytesToFree)
}

/** The first targets that together free so many bytes. */
export function takeEnough(targets: readonly EvictionTarget[], bytesToFree: number): readonly EvictionTarget[] {
  const taken: EvictionTarget[] = []
  let bytes = 0
  for (const target of targets) {
    if (bytes >= bytesToFree) break
    taken.push(target)
    bytes += target.sizeBytes
  }
  return taken
}

/** The targets that these items name. A plugin goes with its versions, and one orphan is like another. */
export function chosenTargets(
  targets: readonly EvictionTarget[],
  items: readonly EvictionItem[],
): readonly EvictionTarget[] {
  const nameOf = ({ kind, pluginId = '', version = '' }: EvictionItem): string =>
    kind === 'orphan' ? kind : `${kind} ${pluginId} ${version}`
  const names = new Set(items.map(nameOf))
  const whole = new Set(items.filter(({ kind }) => kind === 'plugin').map(({ pluginId }) => pluginId))
  return targets.filter((target) => names.has(nameOf(target)) || (target.pluginId && whole.has(target.pluginId)))
}

/** These targets as the API shows them. */
export function planOf(targets: readonly EvictionTarget[], bytesToFree: number): EvictionPlan {
  const bytesFreed = sumOfSizes(targets)
  const items = targets.map(({ kind, pluginId, version, sizeBytes }) => ({
    kind,
    ...(pluginId === undefined ? {} : { pluginId }),
    ...(version === undefined ? {} : { version }),
    sizeBytes,
  }))
  return { bytesToFree, bytesFreed, sufficient: bytesFreed >= bytesToFree, items }
}

export function sumOfSizes(sized: readonly { readonly sizeBytes: number }[]): number {
  return sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** The version that takes over where the active one fails: the newest that is known to work. */
export function fallbackOf(plugin: InstalledRecord): VersionRecord | undefined {
  return isConfirmed(plugin) ? undefined : fallbacksOf(plugin)[0]
}

/** Previous versions beyond the kept ones, oldest first. */
export function beyondKept(
  plugin: InstalledRecord,
  { keepPreviousVersions }: Pick<EvictionFacts, 'keepPreviousVersions'>,
): readonly VersionRecord[] {
  const kept = new Set([...keptPrevious(plugin.previous, keepPreviousVersions), fallbackOf(plugin)])
  return plugin.previous.filter((version) => !kept.has(version)).reverse()
}

/** Whether the active version works, as far as anybody knows. */
function isConfirmed({ active }: InstalledRecord): boolean {
  return active.health === 'healthy' && active.damagedAt === undefined
}

interface Group {
  readonly kind: EvictionItem['kind']
  readonly plugin: InstalledRecord
  readonly versions: readonly VersionRecord[]
}

function one(kind: EvictionItem['kind'], plugin: InstalledRecord, version: VersionRecord): Group {
  return { kind, plugin, versions: [version] }
}

/** Kept previous versions that a confirmed one has replaced, oldest first. */
function replaced(plugin: InstalledRecord, { keepPreviousVersions }: EvictionFacts): readonly VersionRecord[] {
  return isConfirmed(plugin) ? [...keptPrevious(plugin.previous, keepPreviousVersions)].reverse() : []
}

function mayGoWhole(plugin: InstalledRecord, versions: readonly VersionRecord[], facts: EvictionFacts): boolean {
  if (plugin.pinned || facts.busy.has(plugin.pluginId)) return false
  return versions.every(({ address }) => !facts.leased.has(address))
}

/**
 * Longest ago first. A time of last use that has not come yet, after a clock was set back, counts as the oldest of
 * those that have: behind that one, and before all others.
 */
function byLastUse({ now, plugins }: EvictionFacts): (left: InstalledRecord, right: InstalledRecord) => number {
  const isSane = ({ lastUsedAt }: InstalledRecord): boolean => lastUsedAt <= now
  const oldest = plugins.filter(isSane).reduce((least, { lastUsedAt }) => Math.min(least, lastUsedAt), now)
  const timeOf = (plugin: InstalledRecord): number => (isSane(plugin) ? plugin.lastUsedAt : oldest)
  return (left, right) =>
    timeOf(left) - timeOf(right) ||
    Number(isSane(right)) - Number(isSane(left)) ||
    left.lastUsedAt - right.lastUsedAt ||
    (left.pluginId < right.pluginId ? -1 : 1)
}

function ofOrphan(orphan: OrphanFile): EvictionTarget {
  const addresses = orphan.kind === 'bundle' ? [orphan.name] : []
  return { kind: 'orphan', sizeBytes: orphan.sizeBytes, addresses, orphan }
}

/** A bundle's bytes are freed by whoever is the last to name it; who frees nothing, also not with others, stays. */
function priced(groups: readonly Group[], plugins: readonly InstalledRecord[]): EvictionTarget[] {
  const names = new Map<string, number>()
  for (const { address } of plugins.flatMap(versionsOf)) names.set(address, (names.get(address) ?? 0) + 1)
  const leaving = new Map<string, number>()
  // what goes alone is not there any more when its plugin goes
  const goesAlone = new Set(groups.filter(({ kind }) => kind !== 'plugin').flatMap(({ versions }) => versions))
  const left = groups.map((group) => ({
    ...group,
    versions: group.kind === 'plugin' ? group.versions.filter((version) => !goesAlone.has(version)) : group.versions,
  }))
  for (const { address } of left.flatMap(({ versions }) => versions))
    leaving.set(address, (leaving.get(address) ?? 0) + 1)
  const isFreed = ({ address }: VersionRecord): boolean => names.get(address) === leaving.get(address)
  return left
    .filter(({ versions }) => versions.some(isFreed))
    .map((group) => {
      let sizeBytes = 0
      for (const { address, sizeBytes: size } of group.versions) {
        const remaining = (names.get(address) ?? 0) - 1
        names.set(address, remaining)
        if (remaining === 0) sizeBytes += size
      }
      return targetOf(group, sizeBytes)
    })
}

function targetOf({ kind, plugin: { pluginId, active }, versions }: Group, sizeBytes: number): EvictionTarget {
  const addresses = versions.map(({ address }) => address)
  return { kind, pluginId, version: kind === 'plugin' ? active.version : versions[0]?.version, sizeBytes, addresses }
}
