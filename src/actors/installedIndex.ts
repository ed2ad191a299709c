import { Subject } from 'rxjs'
import { UnsupportedError } from '../domain/errors/index.js'
import type { InstalledRecord, VersionRecord } from '../domain/records.js'
import { RECORD_KINDS } from '../domain/records.js'
import { TurnsByKey } from '../domain/turnsByKey.js'
import { versionsOf } from '../domain/versionsOf.js'
import type { RecordChange, RecordStore } from '../ports/recordStore.js'

export { versionsOf }

/** What else changes with a plugin's record; as a function it is made when the record was. */
type AlsoChanged = readonly RecordChange[] | (() => readonly RecordChange[])

/** Names one version of a plugin by its bundle. */
export interface StoredVersion {
  readonly pluginId: string
  readonly address: string
}

/** The installed plugins, as the records say. Memory follows the commit, never leads it. */
export class InstalledIndex {
  readonly #records: RecordStore
  readonly #epoch: number
  readonly #plugins = new Map<string, InstalledRecord>()
  /** By address: how many versions of all plugins need it. */
  readonly #needs = new Map<string, number>()
  /** By plugin: no change is made of a record that another one is about to replace. Those of several may share a commit. */
  readonly #turns = new TurnsByKey()
  /** Told after every change. */
  onChange: (pluginId: string) => void = () => {}
  /** The same, for any number of listeners. */
  readonly changes = new Subject<void>()

  readonly #foreign: ReadonlySet<string>

  /** `foreign`: plugins whose record is of a newer release: left alone, and told. */
  constructor(
    records: RecordStore,
    epoch: number,
    plugins: readonly InstalledRecord[],
    foreign: Iterable<string> = [],
  ) {
    this.#records = records
    this.#epoch = epoch
    this.#foreign = new Set(foreign)
    this.replace(plugins)
  }

  /** What a reader found in the records. */
  replace(plugins: readonly InstalledRecord[]): void {
    this.#plugins.clear()
    this.#needs.clear()
    for (const plugin of plugins) this.#set(plugin.pluginId, plugin)
    this.changes.next()
  }

  /** What a reader was told of one plugin. */
  show(pluginId: string, record: InstalledRecord | undefined): void {
    this.#set(pluginId, record)
    this.changes.next()
  }

  /** As `get`, and nothing for one that a newer release installed. */
  peek(pluginId: string): InstalledRecord | undefined {
    return this.#plugins.get(pluginId)
  }

  /** Throws `UnsupportedError` for one that a newer release installed. */
  get(pluginId: string): InstalledRecord | undefined {
    if (this.#foreign.has(pluginId)) {
      const message = `${pluginId} was installed by a newer release of plugdock, which this one cannot read: update the app`
      throw new UnsupportedError(message)
    }
    return this.#plugins.get(pluginId)
  }

  /** Whether the plugin has a version with this bundle. */
  has({ pluginId, address }: StoredVersion): boolean {
    const plugin = this.#plugins.get(pluginId)
    return plugin !== undefined && versionsOf(plugin).some((version) => version.address === address)
  }

  all(): readonly InstalledRecord[] {
    return [...this.#plugins.values()]
  }

  /** The addresses that some version of some plugin needs. */
  addresses(): ReadonlySet<string> {
    return new Set(this.#needs.keys())
  }

  /** Whether some version of some plugin needs this bundle. */
  needs(address: string): boolean {
    return this.#needs.has(address)
  }

  #set(pluginId: string, next: InstalledRecord | undefined): void {
    const before = this.#plugins.get(pluginId)
    for (const { address } of before ? versionsOf(before) : []) this.#count(address, -1)
    for (const { address } of next ? versionsOf(next) : []) this.#count(address, 1)
    if (next) this.#plugins.set(pluginId, next)
    else this.#plugins.delete(pluginId)
  }

  #count(address: string, by: 1 | -1): void {
    const count = (this.#needs.get(address) ?? 0) + by
    if (count === 0) this.#needs.delete(address)
    else this.#needs.set(address, count)
  }

  /**
   * Writes one plugin's record, and what else changes with it, in one commit, and returns what it was before. `change`
   * is given the record as it is when its turn has come; `undefined` removes the plugin.
   */
  update(
    pluginId: string,
    change: (current: InstalledRecord | undefined) => InstalledRecord | undefined,
    also: AlsoChanged = [],
  ): Promise<InstalledRecord | undefined> {
    return this.#turns.take(pluginId, () => this.#write(pluginId, change, also))
  }

  /**
   * Changes what the record says of one version, and what else changes with it, in one commit. `false`, and nothing is
   * written, where the plugin was removed or the version replaced meanwhile.
   */
  amend(
    { pluginId, address }: StoredVersion,
    change: (version: VersionRecord) => VersionRecord,
    also: AlsoChanged = [],
  ): Promise<boolean> {
    return this.#turns.take(pluginId, async () => {
      const current = this.#plugins.get(pluginId)
      if (!current || !this.has({ pluginId, address })) return false
      const amended = (version: VersionRecord) => (version.address === address ? change(version) : version)
      const { active, previous, quarantined } = current
      const kept = quarantined ? { quarantined: quarantined.map(amended) } : {}
      const next = { ...current, active: amended(active), previous: previous.map(amended), ...kept }
      await this.#write(pluginId, () => next, also)
      return true
    })
  }

  async #write(
    pluginId: string,
    change: (current: InstalledRecord | undefined) => InstalledRecord | undefined,
    also: AlsoChanged,
  ): Promise<InstalledRecord | undefined> {
    const before = this.#plugins.get(pluginId)
    const next = change(before)
    const others = typeof also === 'function' ? also() : also
    if (next === before && others.length === 0) return before
    const own = next === before ? [] : [{ key: RECORD_KINDS.installed + pluginId, value: next }]
    await this.#records.commit([...own, ...others], { epoch: this.#epoch })
    if (next === before) return before
    this.#set(pluginId, next)
    this.onChange(pluginId)
    this.changes.next()
    return before
  }
}
