import { type DockState, openStoresOf, storesOf } from '../actors/dockState.js'
import { openArchive, type PluginArchive } from '../plugins/archive.js'
import { createModuleGraph, type ModuleGraph } from '../plugins/linkModules.js'
import { createLoadedPlugin } from '../plugins/loadedPlugin.js'
import type { ModuleScope } from '../ports/host.js'
import { type OpenedVersion, openActive } from './openVersion.js'
import type { LoadedPlugin, PluginDockOptions, PluginRuntime } from './types.js'

/** Last use is written at most this often. */
const TOUCH_MS = 60_000

/** The modules of one version: one instance of each per dock. `archive` is that of the latest load. */
interface SharedModules {
  archive: PluginArchive
  readonly graph: ModuleGraph
  readonly scope: ModuleScope
}

/** Hands out verified plugins. */
export class DockRuntime implements PluginRuntime {
  readonly #state: DockState
  readonly #imports: NonNullable<PluginDockOptions['imports']>
  readonly #open = new Set<LoadedPlugin>()
  readonly #modules = new Map<string, Promise<SharedModules>>()

  constructor(state: DockState, imports: PluginDockOptions['imports']) {
    this.#state = state
    this.#imports = imports ?? {}
    state.beforeClose.add(() => this.#closeAll())
  }

  async load(pluginId: string): Promise<LoadedPlugin> {
    const opened = await openActive(this.#state, pluginId)
    try {
      const archive = await openArchive(opened.bundle, opened.record.active)
      // a dock that is closed meanwhile hands out nothing that nobody would close
      openStoresOf(this.#state)
      const loaded = this.#hand(opened, archive)
      // a plugin can be used where nobody can write that it was
      await this.#touch(pluginId).catch(() => {})
      return loaded
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  #hand(opened: OpenedVersion, archive: PluginArchive): LoadedPlugin {
    const { pluginId, active } = opened.record
    const loaded = createLoadedPlugin({
      pluginId,
      version: active,
      archive,
      importModule: (path) => this.#import(`${pluginId} ${active.version} ${active.address}`, archive, path),
      fileUrls: this.#state.host.fileUrls,
      onClose: async () => {
        this.#open.delete(loaded)
        await opened.close()
      },
    })
    this.#open.add(loaded)
    return loaded
  }

  async #import(key: string, archive: PluginArchive, path: string): Promise<unknown> {
    const pending = this.#modules.get(key) ?? this.#share(archive)
    this.#modules.set(key, pending)
    const modules = await pending
    modules.archive = archive
    return modules.graph.import(path)
  }

  async #share(archive: PluginArchive): Promise<SharedModules> {
    const scope = await this.#state.host.moduleLoader.createScope()
    const graph = createModuleGraph({
      read: async (path) => new TextDecoder().decode(await modules.archive.read(path)),
      has: (path) => modules.archive.has(path),
      imports: this.#imports,
      scope,
    })
    const modules: SharedModules = { archive, graph, scope }
    return modules
  }

  /** A plugin that was just used is the last to be evicted. */
  async #touch(pluginId: string): Promise<void> {
    const { index, role } = storesOf(this.#state)
    const record = index.get(pluginId)
    const now = this.#state.host.clock.now()
    if (!record || role === 'follower' || Math.abs(now - record.lastUsedAt) < TOUCH_MS) return
    await index.update(pluginId, (current) => current && { ...current, lastUsedAt: now })
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((loaded) => loaded.close()))
    for (const pending of this.#modules.values()) await (await pending).scope.close()
  }
}
