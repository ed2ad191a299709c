import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import { type DockState, leadingStoresOf, type OpenedStores, openStoresOf } from '../actors/dockState.js'
import { evictChosen, evictInOrder, evictionFacts, removeOldVersions } from '../actors/eviction.js'
import { versionsOf } from '../actors/installedIndex.js'
import { findOrphans, removeOrphans } from '../actors/orphans.js'
import { removeUnneeded } from '../actors/removal.js'
import { measureFree } from '../actors/room.js'
import { isSweepable, sweepUnknown } from '../actors/sweep.js'
import { UnsupportedError } from '../domain/errors/index.js'
import { planEviction, sumOfSizes } from '../domain/eviction.js'
import type { EvictionItem, EvictionPlan } from '../domain/evictionPlan.js'
import { matchesIntegrity, parseIntegrity } from '../domain/integrity.js'
import type { CleanupReport, InstalledPlugin, OrphanReport, VerificationReport } from '../domain/plugin.js'
import type { InstalledRecord } from '../domain/records.js'
import { describeInstalled } from './describeInstalled.js'
import { installedRecord, openActive } from './openVersion.js'
import { storageChangesOf } from './storageChanges.js'
import type { PluginStorageManager, VerifyOptions } from './storageTypes.js'

/** What lies on the disk, and what may be removed from it. */
export class DockStorage implements PluginStorageManager {
  readonly changes
  readonly #state: DockState

  constructor(state: DockState, supervisor: SupervisorActor) {
    this.#state = state
    this.changes = storageChangesOf(supervisor, state)
  }

  get budgetBytes(): number | undefined {
    return this.#state.space.budgetBytes
  }

  async getInstalledPlugins(): Promise<InstalledPlugin[]> {
    const { index } = this.#stores()
    const leased = await this.#state.host.leases.shared()
    return index.all().map((record) => describeInstalled(record, leased))
  }

  async getUsedSpace(): Promise<number> {
    const { bundles, records } = this.#stores()
    const entries = await bundles.list()
    const bytes = entries.filter((entry) => entry.kind !== 'unknown').reduce((sum, entry) => sum + entry.sizeBytes, 0)
    const kept = await records.list('')
    return kept.reduce((sum, { key, value }) => sum + key.length + JSON.stringify(value).length, bytes)
  }

  async getAvailableSpace(): Promise<number> {
    this.#stores()
    return Math.max(0, await measureFree(this.#state))
  }

  async deletePlugin(pluginId: string): Promise<void> {
    const { index } = leadingStoresOf(this.#state)
    installedRecord(this.#state, pluginId)
    const removed = await index.update(pluginId, () => undefined)
    for (const { address } of removed ? versionsOf(removed) : []) await removeUnneeded(this.#state, address)
  }

  async cleanupOldVersions(): Promise<CleanupReport> {
    leadingStoresOf(this.#state)
    const removed = await removeOldVersions(this.#state)
    return { removed, bytesFreed: sumOfSizes(removed) }
  }

  async planEviction(bytesToFree: number): Promise<EvictionPlan> {
    this.#stores()
    assertBytes(bytesToFree)
    return planEviction(await evictionFacts(this.#state), bytesToFree)
  }

  async evictLeastRecentlyUsed(bytesToFree: number): Promise<EvictionPlan> {
    leadingStoresOf(this.#state)
    assertBytes(bytesToFree)
    return evictInOrder(this.#state, bytesToFree)
  }

  async evictItems(items: readonly EvictionItem[]): Promise<EvictionPlan> {
    leadingStoresOf(this.#state)
    return evictChosen(this.#state, items)
  }

  async collectOrphans({ dryRun = false }: { dryRun?: boolean } = {}): Promise<OrphanReport> {
    if (!dryRun) leadingStoresOf(this.#state)
    const { bundles, isUnderstood } = this.#stores()
    const { leases, clock } = this.#state.host
    const entries = await bundles.list()
    const orphans = await findOrphans(this.#state, entries, await leases.shared())
    const now = clock.now()
    const unknown = isUnderstood ? entries.filter((entry) => isSweepable(entry, now)) : []
    const gone = dryRun
      ? [...orphans, ...unknown]
      : [...(await removeOrphans(this.#state, orphans)), ...(await sweepUnknown(bundles, unknown, now))]
    const items = gone.map(({ name, sizeBytes }) => ({ name, sizeBytes }))
    return { items, bytesFreed: sumOfSizes(items), dryRun }
  }

  pin(pluginId: string): Promise<void> {
    return this.#setPinned(pluginId, true)
  }

  unpin(pluginId: string): Promise<void> {
    return this.#setPinned(pluginId, false)
  }

  async #setPinned(pluginId: string, pinned: boolean): Promise<void> {
    const { index } = leadingStoresOf(this.#state)
    installedRecord(this.#state, pluginId)
    await index.update(pluginId, (current) =>
      current?.pinned === pinned ? current : current && { ...current, pinned },
    )
    // what may be evicted now may be what a download waits for
    this.#state.space.looks.next()
  }

  async verify(pluginId: string, { onProgress }: VerifyOptions = {}): Promise<VerificationReport> {
    const { record, bundle, close } = await openActive(this.#state, pluginId, 'tell')
    const { version, integrity: claimed, sizeBytes: totalBytes } = record.active
    let bytesChecked = 0
    try {
      const integrity = parseIntegrity(claimed)
      const whole = integrity && this.#state.host.digester.createHash(integrity.algorithm)
      const check = await bundle.verify((piece) => {
        whole?.update(piece)
        bytesChecked += piece.length
        onProgress?.({ bytesChecked, totalBytes })
      })
      const isWhole = !integrity || !whole || matchesIntegrity(integrity, whole.digest())
      await this.#note(record, check.badChunks.length > 0)
      return { pluginId, version, ...check, ok: check.badChunks.length === 0 && isWhole }
    } finally {
      await close()
    }
  }

  /** So that the next load repairs all of it, and not only what it happens to read. */
  async #note({ pluginId, active }: InstalledRecord, isDamaged: boolean): Promise<void> {
    const { index, role } = this.#stores()
    if (role === 'follower' || isDamaged === (active.damagedAt !== undefined)) return
    const damagedAt = isDamaged ? this.#state.host.clock.now() : undefined
    const noted = index.amend({ pluginId, address: active.address }, (version) => ({ ...version, damagedAt }))
    // what was found is told, also where it cannot be written
    await noted.catch(() => {})
  }

  #stores(): OpenedStores {
    return openStoresOf(this.#state)
  }
}

function assertBytes(bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return
  throw new UnsupportedError(`bytesToFree must be a whole number from zero, not ${bytes}`)
}
