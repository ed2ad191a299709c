import {
  beyondKept,
  chosenTargets,
  type EvictionFacts,
  type EvictionTarget,
  evictionTargets,
  fallbackOf,
  planOf,
  sumOfSizes,
} from '../domain/eviction.js'
import type { EvictionItem, EvictionPlan } from '../domain/evictionPlan.js'
import type { CleanupReport } from '../domain/plugin.js'
import type { DownloadState } from '../domain/progress.js'
import type { InstalledRecord, VersionRecord } from '../domain/records.js'
import { versionsOf } from '../domain/versionsOf.js'
import type { Release } from '../ports/locks.js'
import { type DockState, storesOf } from './dockState.js'
import { findOrphans, removeOrphan } from './orphans.js'
import { removeHeld, sealedAddresses } from './removal.js'
import { wholly } from './wholeWork.js'

/** What lies on the disk, and what of it nobody may take away now. */
export async function evictionFacts(state: DockState): Promise<EvictionFacts> {
  const { bundles, index } = storesOf(state)
  const [entries, leased] = await Promise.all([bundles.list(), state.host.leases.shared()])
  return {
    now: state.host.clock.now(),
    plugins: index.all(),
    orphans: await findOrphans(state, entries, leased),
    leased: new Set([...leased, ...sealedAddresses(state)]),
    busy: busyPlugins(state),
    keepPreviousVersions: state.keepPreviousVersions,
  }
}

/** Removes what may go, in order, until so many bytes are free or nothing is left; tells what went. */
export async function evict(
  state: DockState,
  targets: readonly EvictionTarget[],
  bytesToFree: number,
  options = SPARES_PINNED,
): Promise<EvictionPlan> {
  const gone: EvictionTarget[] = []
  for (const target of targets) {
    if (sumOfSizes(gone) >= bytesToFree) break
    // what cannot be removed now is passed over
    const went = await remove(state, target, options)
    if (went) gone.push(went)
  }
  const done = planOf(gone, bytesToFree)
  if (gone.length > 0) state.space.evicted.next(done)
  return done
}

/** The same, of all that may go now. */
export function evictInOrder(state: DockState, bytesToFree: number): Promise<EvictionPlan> {
  return state.space.inTurn(async () => evict(state, evictionTargets(await evictionFacts(state)), bytesToFree))
}

/** The same, of these alone, and all of them in one turn: nobody makes room for what is still missing halfway. */
export function evictChosen(
  state: DockState,
  items: readonly EvictionItem[],
  options: RemovalOptions,
): Promise<EvictionPlan> {
  return state.space.inTurn(async () => {
    const facts = await evictionFacts(state)
    const targets = evictionTargets(options.evenPinned ? withoutPins(facts, items) : facts)
    const chosen = chosenTargets(targets, items)
    return evict(state, chosen, sumOfSizes(chosen), options)
  })
}

/** The same facts, as if nobody had pinned the plugins that are to go whole. */
function withoutPins(facts: EvictionFacts, items: readonly EvictionItem[]): EvictionFacts {
  const going = new Set(items.flatMap(({ kind, pluginId }) => (kind === 'plugin' && pluginId ? [pluginId] : [])))
  return {
    ...facts,
    plugins: facts.plugins.map((plugin) => (going.has(plugin.pluginId) ? { ...plugin, pinned: false } : plugin)),
  }
}

interface RemovalOptions {
  readonly evenPinned: boolean
}

const SPARES_PINNED: RemovalOptions = { evenPinned: false }

/** A previous version that is on the disk no more. */
type RemovedVersion = CleanupReport['removed'][number]

/** Removes what is beyond the kept versions, pinned or not, as an update would; not what somebody uses. */
export async function removeOldVersions(state: DockState): Promise<readonly RemovedVersion[]> {
  const { index } = storesOf(state)
  const removed: RemovedVersion[] = []
  for (const plugin of index.all()) {
    const { pluginId } = plugin
    for (const { version, address, sizeBytes } of beyondKept(plugin, state)) {
      const target = { kind: 'previous', pluginId, version, sizeBytes, addresses: [address] } as const
      const went = await remove(state, target, { evenPinned: true })
      if (went) removed.push({ pluginId, version, sizeBytes: went.sizeBytes })
    }
  }
  return removed
}

/**
 * Records first, bytes after. What went: nothing where somebody uses it, or it has become needed; without its size where
 * its bytes could not be removed yet, and are an orphan now.
 */
async function remove(
  state: DockState,
  target: EvictionTarget,
  { evenPinned }: RemovalOptions,
): Promise<EvictionTarget | undefined> {
  const { pluginId, addresses, orphan } = target
  if (orphan) return (await removeOrphan(state, orphan)) ? target : undefined
  const release = await takeAll(state, addresses)
  if (pluginId === undefined || !release) return undefined
  return wholly(state, async () => {
    // a record store may have no room for a change: then nothing has changed
    if (!(await unname(state, pluginId, target, evenPinned).catch(() => false))) return undefined
    const removed = await Promise.allSettled(addresses.map((address) => removeHeld(state, address)))
    return removed.some(({ status }) => status === 'rejected') ? { ...target, sizeBytes: 0 } : target
  }).finally(release)
}

async function unname(
  state: DockState,
  pluginId: string,
  { kind, addresses }: EvictionTarget,
  evenPinned: boolean,
): Promise<boolean> {
  let isDone = false
  const going = new Set(addresses)
  await storesOf(state).index.update(pluginId, (current) => {
    isDone = current !== undefined && (evenPinned || !current.pinned) && mayStillGo(state, current, kind, going)
    if (!isDone || !current) return current
    return kind === 'plugin' ? undefined : without(current, going)
  })
  return isDone
}

/** It may have been installed anew, activated or rolled back to since it was planned. */
function mayStillGo(
  state: DockState,
  current: InstalledRecord,
  kind: EvictionTarget['kind'],
  going: ReadonlySet<string>,
): boolean {
  const fallback = fallbackOf(current)
  if (kind !== 'plugin') return ![current.active, fallback].some((version) => version && going.has(version.address))
  const isSame = versionsOf(current).every(({ address }) => going.has(address))
  return isSame && !busyPlugins(state).has(current.pluginId)
}

function without(current: InstalledRecord, going: ReadonlySet<string>): InstalledRecord {
  const stays = ({ address }: VersionRecord): boolean => !going.has(address)
  const { quarantined } = current
  return {
    ...current,
    previous: current.previous.filter(stays),
    ...(quarantined ? { quarantined: quarantined.filter(stays) } : {}),
  }
}

/** All of them, or none. */
async function takeAll({ host }: DockState, addresses: readonly string[]): Promise<Release | undefined> {
  const taken: Release[] = []
  const releaseAll = (): void => {
    for (const release of taken) release()
  }
  for (const address of addresses) {
    const release = await host.leases.tryExclusive(address)
    if (!release) {
      releaseAll()
      return undefined
    }
    taken.push(release)
  }
  return releaseAll
}

const STANDING = new Set<DownloadState>(['paused', 'failed', 'installed', 'cancelled', 'rolledBack'])

/** Plugins that are being installed. */
function busyPlugins({ journal, trials }: DockState): ReadonlySet<string> {
  const busy = new Set(trials.pluginIds())
  for (const { record } of journal.views.values()) {
    if (record.plan && !STANDING.has(record.state)) busy.add(record.plan.pluginId)
  }
  return busy
}
