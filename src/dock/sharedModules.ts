import type { Bytes } from '../domain/bytes.js'
import { ClosedError } from '../domain/errors/index.js'
import type { PluginArchive } from '../plugins/archive.js'
import { createModuleGraph, type ModuleGraphOptions } from '../plugins/linkModules.js'

/** The modules of one version: one instance of each per dock, read through whichever load of it is open. */
export class SharedModules {
  readonly #scope: ModuleGraphOptions['scope']
  readonly #graph
  /** Newest last; of those that were closed only the last stays, to say so. */
  #archives: readonly PluginArchive[]

  constructor(first: PluginArchive, { scope, imports }: Pick<ModuleGraphOptions, 'scope' | 'imports'>) {
    this.#archives = [first]
    this.#scope = scope
    this.#graph = createModuleGraph({
      read: async (path) => new TextDecoder().decode(await this.#read(path)),
      has: (path) => first.has(path),
      imports,
      scope,
    })
  }

  import(path: string, archive: PluginArchive): Promise<unknown> {
    this.#archives = [...this.#without(archive), archive]
    return this.#graph.import(path)
  }

  /** Before its bundle is closed. */
  leave(archive: PluginArchive): void {
    if (this.#archives.length > 1) this.#archives = this.#without(archive)
  }

  close(): Promise<void> {
    return this.#scope.close()
  }

  async #read(path: string): Promise<Bytes> {
    const archive = this.#archives.at(-1)
    if (!archive) throw new ClosedError('The plugin was closed: load it again')
    try {
      return await archive.read(path)
    } catch (error) {
      if (error instanceof ClosedError && this.#archives.at(-1) !== archive) return this.#read(path)
      throw error
    }
  }

  #without(archive: PluginArchive): readonly PluginArchive[] {
    return this.#archives.filter((other) => other !== archive)
  }
}
