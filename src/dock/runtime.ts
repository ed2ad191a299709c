import { type DockState, untilOpen, withStores } from '../actors/dockState.js'
import type { InstalledPlugin } from '../domain/plugin.js'
import type { Start } from './activate.js'
import { describeInstalled } from './describeInstalled.js'
import { describeVersions } from './describeVersions.js'
import { installedRecord } from './installedRecord.js'
import { running } from './laterParts.js'
import type { LoadedPlugins } from './loadedPlugins.js'
import { Serving } from './serving.js'
import type { InstalledVersion, LoadedPlugin, PluginRuntime } from './types.js'

/** Hands out verified plugins. */
export class DockRuntime implements PluginRuntime {
  readonly #state: DockState
  readonly #serving: Serving
  #plugins: LoadedPlugins | undefined

  constructor(state: DockState) {
    this.#state = state
    this.#serving = new Serving(state, async (...version) => (await running.load(state.host)).openOther(...version))
  }

  async load(pluginId: string): Promise<LoadedPlugin> {
    const { plugins } = await this.#running()
    return (await plugins.load(pluginId)).loaded
  }

  async activate<T>(pluginId: string, start: Start<T>): Promise<T> {
    const { activate, plugins } = await this.#running()
    return activate(this.#state, () => plugins.load(pluginId), start)
  }

  async rollback(pluginId: string): Promise<InstalledPlugin> {
    await untilOpen(this.#state)
    const { active } = installedRecord(this.#state, pluginId)
    await this.#state.calls.make('plugins.rollBack', pluginId, active.address)
    return withStores(this.#state, async () =>
      describeInstalled(installedRecord(this.#state, pluginId), await this.#state.host.leases.shared()),
    )
  }

  async versions(pluginId: string): Promise<InstalledVersion[]> {
    return withStores(this.#state, async () => describeVersions(installedRecord(this.#state, pluginId)))
  }

  async release(pluginId: string, version: string): Promise<void> {
    await this.#state.calls.make('plugins.release', pluginId, version)
  }

  async #running() {
    const { activate, LoadedPlugins } = await running.load(this.#state.host)
    this.#plugins ??= new LoadedPlugins(this.#state, this.#serving)
    return { activate, plugins: this.#plugins }
  }
}
