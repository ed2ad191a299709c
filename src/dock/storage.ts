import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import { type DockState, untilOpen, withStores } from '../actors/dockState.js'
import { evictionFacts } from '../actors/eviction.js'
import { UnsupportedError } from '../domain/errors/index.js'
import { planEviction } from '../domain/eviction.js'
import type { EvictionItem, EvictionPlan } from '../domain/evictionPlan.js'
import { matchesIntegrity, parseIntegrity } from '../domain/integrity.js'
import type { CleanupReport, InstalledPlugin, OrphanReport, VerificationReport } from '../domain/plugin.js'
import type { InstalledRecord } from '../domain/records.js'
import { describeInstalled } from './describeInstalled.js'
import { heldBytesOf } from './leaderHandlers.js'
import { openActive } from './openVersion.js'
import { collectOrphans } from './orphanReport.js'
import { storageChangesOf } from './storageChanges.js'
import type { EvictItemsOptions, PluginStorageManager, VerifyOptions } from './storageTypes.js'

/** What lies on the disk, and what may be removed from it. */
export class DockStorage implements PluginStorageManager {
  readonly changes
  readonly persist
  readonly #state: DockState

  constructor(state: DockState, supervisor: SupervisorActor) {
    this.#state = state
    this.changes = storageChangesOf(supervisor, state)
    this.persist = state.host.persist && (() => this.#persist())
  }

  get budgetBytes(): number | undefined {
    return this.#state.space.budgetBytes
  }

  getInstalledPlugins(): Promise<InstalledPlugin[]> {
    return withStores(this.#state, async ({ index }) => {
      const leased = await this.#state.host.leases.shared()
      return index.all().map((record) => describeInstalled(record, leased))
    })
  }

  getUsedSpace(): Promise<number> {
    return withStores(this.#state, async ({ bundles, records }) => {
      const entries = await bundles.list()
      const bytes = entries.filter((entry) => entry.kind !== 'unknown').reduce((sum, entry) => sum + entry.sizeBytes, 0)
      const kept = await records.list('')
      return kept.reduce((sum, { key, value }) => sum + key.length + JSON.stringify(value).length, bytes)
    })
  }

  /** What is promised to downloads only who leads knows. */
  getAvailableSpace(): Promise<number> {
    return this.#state.calls.make('storage.availableSpace')
  }

  async deletePlugin(pluginId: string): Promise<void> {
    await this.#state.calls.make('storage.delete', pluginId)
  }

  cleanupOldVersions(): Promise<CleanupReport> {
    return this.#state.calls.make('storage.cleanUp')
  }

  async planEviction(bytesToFree: number): Promise<EvictionPlan> {
    assertBytes(bytesToFree)
    return withStores(this.#state, async () => planEviction(await evictionFacts(this.#state), bytesToFree))
  }

  async evictLeastRecentlyUsed(bytesToFree: number): Promise<EvictionPlan> {
    assertBytes(bytesToFree)
    await untilOpen(this.#state)
    return this.#state.calls.make('storage.evict', bytesToFree, heldBytesOf(this.#state))
  }

  evictItems(items: readonly EvictionItem[], { evenPinned = false }: EvictItemsOptions = {}): Promise<EvictionPlan> {
    return this.#state.calls.make('storage.evictItems', items, evenPinned)
  }

  async collectOrphans({ dryRun = false }: { dryRun?: boolean } = {}): Promise<OrphanReport> {
    if (!dryRun) return this.#state.calls.make('storage.collectOrphans')
    return withStores(this.#state, () => collectOrphans(this.#state, { dryRun }))
  }

  pin(pluginId: string): Promise<void> {
    return this.#state.calls.make('storage.setPinned', pluginId, true)
  }

  unpin(pluginId: string): Promise<void> {
    return this.#state.calls.make('storage.setPinned', pluginId, false)
  }

  verify(pluginId: string, options: VerifyOptions = {}): Promise<VerificationReport> {
    return withStores(this.#state, () => this.#verify(pluginId, options))
  }

  async #persist(): Promise<boolean> {
    const { host, uses } = this.#state
    await host.persist?.(true)
    // what the capabilities say now
    uses.next()
    return host.capabilities.persistent === true
  }

  async #verify(pluginId: string, { onProgress }: VerifyOptions): Promise<VerificationReport> {
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
    if (isDamaged === (active.damagedAt !== undefined)) return
    const noted = this.#state.calls.make('plugins.noteDamage', { pluginId, version: active }, isDamaged)
    // what was found is told, also where it cannot be written
    await noted.catch(() => {})
  }
}

function assertBytes(bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return
  throw new UnsupportedError(`bytesToFree must be a whole number from zero, not ${bytes}`)
}
