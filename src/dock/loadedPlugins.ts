import { type DockState, openStoresOf, withStores } from '../actors/dockState.js'
import { noteUse } from '../actors/lastUse.js'
import type { NamedVersion } from '../domain/versions.js'
import { openArchive, type PluginArchive } from '../plugins/archive.js'
import { createLoadedPlugin } from '../plugins/loadedPlugin.js'
import type { HandedOut } from './activate.js'
import { LoadHealth } from './loadHealth.js'
import { openRunnable } from './openRunnable.js'
import type { OpenedVersion } from './openVersion.js'
import type { Serving } from './serving.js'
import { SharedModules } from './sharedModules.js'
import type { LoadedPlugin } from './types.js'

/** The plugins that one dock has handed out, and the modules that they share. */
export class LoadedPlugins {
  readonly #state: DockState
  readonly #open = new Set<LoadedPlugin>()
  readonly #modules = new Map<string, Promise<SharedModules>>()
  readonly #serving: Serving

  constructor(state: DockState, serving: Serving) {
    this.#state = state
    this.#serving = serving
    state.beforeClose.add(() => this.#closeAll())
  }

  load(pluginId: string): Promise<HandedOut> {
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
