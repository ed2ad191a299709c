import type { InstalledRecord, VersionRecord } from '../domain/records.js'
import { RECORD_KINDS } from '../domain/records.js'
import type { RecordChange, RecordStore } from '../ports/recordStore.js'

/** The installed plugins, as the records say. Memory follows the commit, never leads it. */
export class InstalledIndex {
  readonly #records: RecordStore
  readonly #epoch: number
  readonly #plugins = new Map<string, InstalledRecord>()
  /** Told after every change. */
  onChange: () => void = () => {}

  constructor(records: RecordStore, epoch: number, plugins: readonly InstalledRecord[]) {
    this.#records = records
    this.#epoch = epoch
    this.replace(plugins)
  }

  /** What a reader found in the records. */
  replace(plugins: readonly InstalledRecord[]): void {
    this.#plugins.clear()
    for (const plugin of plugins) this.#plugins.set(plugin.pluginId, plugin)
  }

  get(pluginId: string): InstalledRecord | undefined {
    return this.#plugins.get(pluginId)
  }

  all(): readonly InstalledRecord[] {
    return [...this.#plugins.values()]
  }

  /** The addresses that some version of some plugin needs. */
  addresses(): ReadonlySet<string> {
    return new Set(this.all().flatMap((plugin) => versionsOf(plugin).map((version) => version.address)))
  }

  /** Writes one plugin's record, and what else changes with it, in one commit. `undefined` removes the plugin. */
  async commit(pluginId: string, next: InstalledRecord | undefined, also: readonly RecordChange[] = []): Promise<void> {
    const change = { key: RECORD_KINDS.installed + pluginId, value: next }
    await this.#records.commit([change, ...also], { epoch: this.#epoch })
    if (next) this.#plugins.set(pluginId, next)
    else this.#plugins.delete(pluginId)
    this.onChange()
  }
}

export function versionsOf(plugin: InstalledRecord): readonly VersionRecord[] {
  return [plugin.active, ...plugin.previous]
}
