import { type DockState, openStoresOf, untilOpen, withStores } from '../actors/dockState.js'
import { noteUse } from '../actors/lastUse.js'
import type { InstalledPlugin } from '../domain/plugin.js'
import type { NamedVersion } from '../domain/versions.js'
import { openArchive, type PluginArchive } from '../plugins/archive.js'
import { createLoadedPlugin } from '../plugins/loadedPlugin.js'
import { activate, type HandedOut, type Start } from './activate.js'
import { describeInstalled } from './describeInstalled.js'
import { describeVersions } from './describeVersions.js'
import { LoadHealth } from './loadHealth.js'
import { openRunnable } from './openRunnable.js'
import { installedRecord, type OpenedVersion } from './openVersion.js'
import { Serving } from './serving.js'
import { SharedModules } from './sharedModules.js'
import type { InstalledVersion, LoadedPlugin, PluginRuntime } from './types.js'

/** Hands out verified plugins. */
export class DockRuntime implements PluginRuntime {
  readonly #state: DockState
  readonly #open = new Set<LoadedPlugin>()
  readonly #modules = new Map<string, Promise<SharedModules>>()
  readonly #serving: Serving

  constructor(state: DockState) {
    this.#state = state
    this.#serving = new Serving(state)
    state.beforeClose.add(() => this.#closeAll())
  }

  async load(pluginId: string): Promise<LoadedPlugin> {
    return (await this.#load(pluginId)).loaded
  }

  activate<T>(pluginId: string, start: Start<T>): Promise<T> {
    return activate(this.#state, () => this.#load(pluginId), start)
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

  #load(pluginId: string): Promise<HandedOut> {
    return withStores(this.#state, () => this.#loadNow(pluginId))
  }

  async #loadNow(pluginId: string): Promise<HandedOut> {
    const { opened, archive } = await openRunnable(this.#state, pluginId, async (opened) => ({
      opened,
      archive: await openArchive(opened.bundle, opened.version),
    }))
    try {
      // a dock that is closed meanwhile hands out nothing that nobody would close
      openStoresOf(this.#state)
      const handed = this.#hand(opened, archive)
      // a plugin can be used where nobody can write that it was
      await noteUse(this.#state, pluginId).catch(() => {})
      return handed
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  #hand(opened: OpenedVersion, archive: PluginArchive): HandedOut {
    const { record, version } = opened
    const { pluginId } = record
    const health = new LoadHealth(this.#state, { pluginId, version })
    const loaded = createLoadedPlugin({
      pluginId,
      version,
      archive,
      health,
      importModule: async (path) => (await this.#modulesOf(health.named, archive)).import(path, archive),
      servedUrl: async (path) => (await this.#serving.of(health.named))?.urlOf(path),
      fileUrls: this.#state.host.fileUrls,
      onClose: async () => {
        this.#open.delete(loaded)
        const modules = await this.#modules.get(keyOf(health.named))?.catch(() => undefined)
        modules?.leave(archive)
        await opened.close()
        this.#state.uses.next()
      },
    })
    this.#open.add(loaded)
    this.#state.uses.next()
    return { loaded, health }
  }

  #modulesOf(named: NamedVersion, archive: PluginArchive): Promise<SharedModules> {
    const key = keyOf(named)
    const known = this.#modules.get(key)
    if (known !== undefined) return known
    const made = this.#share(named, archive)
    this.#modules.set(key, made)
    made.catch(() => this.#modules.delete(key))
    return made
  }

  async #share(named: NamedVersion, archive: PluginArchive): Promise<SharedModules> {
    const served = await this.#serving.of(named)
    const scope = served?.createScope() ?? (await this.#state.host.moduleLoader.createScope())
    return new SharedModules(archive, { scope, imports: this.#state.imports })
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((loaded) => loaded.close()))
    const modules = await Promise.allSettled(this.#modules.values())
    for (const made of modules) if (made.status === 'fulfilled') await made.value.close()
  }
}

function keyOf({ pluginId, version }: NamedVersion): string {
  return `${pluginId} ${version.version} ${version.address}`
}
