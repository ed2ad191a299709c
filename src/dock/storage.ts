import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import { type DockState, untilOpen, withStores } from '../actors/dockState.js'
import { UnsupportedError } from '../domain/errors/index.js'
import type { EvictionItem, EvictionPlan } from '../domain/evictionPlan.js'
import type { CleanupReport, InstalledPlugin, OrphanReport, VerificationReport } from '../domain/plugin.js'
import { describeInstalled } from './describeInstalled.js'
import { leading, running } from './laterParts.js'
import { heldBytesOf } from './leaderHandlers.js'
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
    const { planEviction, evictionFacts } = await leading.load(this.#state.host)
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
    const { collectOrphans } = await leading.load(this.#state.host)
    return withStores(this.#state, () => collectOrphans(this.#state, { dryRun }))
  }

  pin(pluginId: string): Promise<void> {
    return this.#state.calls.make('storage.setPinned', pluginId, true)
  }

  unpin(pluginId: string): Promise<void> {
    return this.#state.calls.make('storage.setPinned', pluginId, false)
  }

  async verify(pluginId: string, options: VerifyOptions = {}): Promise<VerificationReport> {
    const { verifyStored } = await running.load(this.#state.host)
    return withStores(this.#state, () => verifyStored(this.#state, pluginId, options))
  }

  async #persist(): Promise<boolean> {
    const { host, uses } = this.#state
    await host.persist?.(true)
    // what the capabilities say now
    uses.next()
    return host.capabilities.persistent === true
  }
}

function assertBytes(bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return
  throw new UnsupportedError(`bytesToFree must be a whole number from zero, not ${bytes}`)
}
