import { expect } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import type { VersionRecord } from '../../../src/domain/records.js'
import { passTimeUntil, readEntry } from '../dock/stage.js'
import type { CrashStage, Releases } from './crashStage.js'
import { discrepancies, namedVersions, takeInventory } from './leftovers.js'
import type { MortalProcess } from './mortalProcess.js'
import { PluginCrash, type Scenario } from './scenarios.js'

/** What came of an attempt. */
export interface Outcome {
  /** Absent where none could be opened. */
  readonly dock?: PluginDock | undefined
  /** Why it failed; absent where the process died. */
  readonly error?: PluginDockError | PluginCrash | undefined
}

const MOVING = new Set(['resolving', 'queued', 'downloading', 'retrying', 'verifying', 'installing'])

/** One operation, from its first attempt to the last check of what it left. */
export class Story {
  readonly #stage: CrashStage
  readonly #scenario: Scenario
  readonly #on: Releases

  constructor(stage: CrashStage, scenario: Scenario, on: Releases) {
    this.#stage = stage
    this.#scenario = scenario
    this.#on = on
  }

  /** Lasts until the operation came to its end, failed with a typed error, or the process is dead. */
  async attempt(process: MortalProcess): Promise<Outcome> {
    let dock: PluginDock | undefined
    let error: unknown
    let isOver = false
    const run = async (): Promise<void> => {
      dock = await this.#stage.openWithin(process)
      await this.#scenario.act(this.#stage, dock, this.#on)
    }
    const running = run().catch((failure: unknown) => {
      error = failure
    })
    void running.then(() => {
      isOver = true
    })
    await passTimeUntil(this.#stage.clock, () => isOver || process.isDead, 'the operation to end')
    if (error === undefined) return { dock }
    if (error instanceof PluginDockError || error instanceof PluginCrash) return { dock, error }
    throw error
  }

  /** As the stores are, before any dock could make it good: the old version or the new one, and its bytes. */
  async assertOldOrNew(): Promise<void> {
    const inventory = await takeInventory(this.#stage.world)
    const active = inventory.installed.find(({ pluginId }) => pluginId === 'acme.charts')?.active
    expect(this.#scenario.active).toContain(active ? this.#nameOf(active) : 'none')
    if (this.#scenario.isDamaged) return
    const wrong = namedVersions(inventory).filter((version) => !this.#hasItsBytes(version))
    expect(wrong.map((version) => this.#nameOf(version))).toEqual([])
  }

  /** Another attempt, after which all is as if there had been no other. */
  async goOn(dock: PluginDock): Promise<void> {
    const { act, active, ends = active.slice(-1) } = this.#scenario
    await this.#stage.during(act(this.#stage, dock, this.#on), 'another attempt')
    await this.#quiet(dock)
    expect(ends).toContain(await this.#assertLoads(dock))
    await this.#stage.during(dock.close(), 'a dock that closes')
  }

  /** Whoever opens the stores now finds what was, and nothing else; and can do it again. */
  async restart(): Promise<void> {
    const dock = await this.#stage.open()
    await this.#quiet(dock)
    expect(discrepancies(await takeInventory(this.#stage.world))).toEqual([])
    expect(this.#scenario.active).toContain(await this.#assertLoads(dock))
    await this.goOn(dock)
    expect(discrepancies(await takeInventory(this.#stage.world))).toEqual([])
  }

  async #quiet(dock: PluginDock): Promise<void> {
    const isQuiet = () => dock.downloads.getTasks().every(({ progress }) => !MOVING.has(progress.state))
    await passTimeUntil(this.#stage.clock, isQuiet, 'all downloads to stand still')
  }

  /** What every installed plugin hands out is what was published; returns which version of charts is active. */
  async #assertLoads(dock: PluginDock): Promise<string> {
    const plugins = await dock.storage.getInstalledPlugins()
    for (const { pluginId } of plugins) {
      const bytes = await this.#stage.during(readEntry(dock, pluginId), `${pluginId} to load`)
      const isPublished = Object.values(this.#on).some(
        (release) => release.manifest.id === pluginId && Buffer.compare(release.bytes, bytes) === 0,
      )
      expect(isPublished, `${pluginId} hands out what was published`).toBe(true)
    }
    const { installed } = await takeInventory(this.#stage.world)
    const active = installed.find(({ pluginId }) => pluginId === 'acme.charts')?.active
    return active ? this.#nameOf(active) : 'none'
  }

  #nameOf({ version, integrity }: VersionRecord): string {
    const found = Object.entries(this.#on).find(
      ([, { manifest }]) => manifest.version === version && manifest.bundle.integrity === integrity,
    )
    return found?.[0] ?? `${version} ${integrity}`
  }

  #hasItsBytes({ address, integrity }: VersionRecord): boolean {
    const bytes = this.#stage.world.bundles.bytesOf('bundle', address)
    const release = Object.values(this.#on).find(({ manifest }) => manifest.bundle.integrity === integrity)
    return bytes !== undefined && release !== undefined && Buffer.compare(bytes, release.bytes) === 0
  }
}
