import { type DockState, leadingStoresOf, type OpenedStores, openStoresOf } from '../actors/dockState.js'
import { versionsOf } from '../actors/installedIndex.js'
import { removeUnneeded } from '../actors/removal.js'
import { matchesIntegrity, parseIntegrity } from '../domain/integrity.js'
import type { InstalledPlugin, VerificationReport } from '../domain/plugin.js'
import type { InstalledRecord } from '../domain/records.js'
import { describeInstalled } from './describeInstalled.js'
import { installedRecord, openActive } from './openVersion.js'
import type { PluginStorageManager } from './types.js'

/** What lies on the disk, and what may be removed from it. */
export class DockStorage implements PluginStorageManager {
  readonly #state: DockState

  constructor(state: DockState) {
    this.#state = state
  }

  async getInstalledPlugins(): Promise<InstalledPlugin[]> {
    const { index } = this.#stores()
    return Promise.all(index.all().map((record) => describeInstalled(record, this.#state.host.leases)))
  }

  async getUsedSpace(): Promise<number> {
    const { bundles, records } = this.#stores()
    const entries = await bundles.list()
    const bytes = entries.filter((entry) => entry.kind !== 'unknown').reduce((sum, entry) => sum + entry.sizeBytes, 0)
    const kept = await records.list('')
    return kept.reduce((sum, { key, value }) => sum + key.length + JSON.stringify(value).length, bytes)
  }

  async getAvailableSpace(): Promise<number> {
    const { budgetBytes = Number.POSITIVE_INFINITY, reserveBytes } = this.#state.space
    const disk = (await this.#stores().bundles.availableBytes()) ?? Number.MAX_SAFE_INTEGER
    const budget = budgetBytes - (Number.isFinite(budgetBytes) ? await this.getUsedSpace() : 0)
    return Math.max(0, Math.min(disk - reserveBytes, budget))
  }

  async deletePlugin(pluginId: string): Promise<void> {
    const { index } = leadingStoresOf(this.#state)
    installedRecord(this.#state, pluginId)
    const removed = await index.update(pluginId, () => undefined)
    for (const { address } of removed ? versionsOf(removed) : []) await removeUnneeded(this.#state, address)
  }

  async verify(pluginId: string): Promise<VerificationReport> {
    const { record, bundle, close } = await openActive(this.#state, pluginId, 'tell')
    const { version, integrity: claimed } = record.active
    try {
      const integrity = parseIntegrity(claimed)
      const whole = integrity && this.#state.host.digester.createHash(integrity.algorithm)
      const check = await bundle.verify((piece) => whole?.update(piece))
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
