import { ArchiveError, UnsupportedError } from '../domain/errors/index.js'
import { inParallel } from '../domain/inParallel.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { CodeEdit, ModuleScope } from '../ports/modules.js'
import { crc32 } from './crc32.js'
import { type LinkedModule, type LinkRules, readModule, targetOf } from './linkedModule.js'
import { orderOf } from './moduleOrder.js'
import { importExpression, namespaceModule, registerGraph } from './moduleRegistry.js'
import { applyEdits } from './moduleSource.js'
import { exportNames, type ImportProviders, type Namespace, provideNamespace } from './sharedImports.js'

const READS_IN_FLIGHT = 4

export interface ModuleGraphOptions {
  /** Verified source text of a file of the bundle. */
  readonly read: (path: string) => Promise<string>
  readonly has: (path: string) => boolean
  /** What bare specifiers mean. */
  readonly imports: ImportProviders
  readonly scope: ModuleScope
}

/** The modules of one bundle. One instance of each, however often and from wherever it is imported. */
export interface ModuleGraph {
  /**
   * The namespace of the module at `path`. All that it can reach by literal specifiers is read, checked and published
   * before it runs, so that nothing is read later. Rejects with `ArchiveError` or `UnsupportedError` where it cannot
   * be linked, and with whatever its own code throws; what failed is tried again by the next call.
   */
  import(path: string): Promise<unknown>
}

/** Links ES modules of verified text inside `scope`, which it does not close. */
export function createModuleGraph(options: ModuleGraphOptions): ModuleGraph {
  return new LinkedGraph(options)
}

class LinkedGraph implements ModuleGraph {
  readonly #options: ModuleGraphOptions
  readonly #rules: LinkRules
  readonly #id: string
  readonly #modules = new Map<string, Promise<LinkedModule>>()
  readonly #urls = new Map<string, string>()
  /** Published with everything they need. */
  readonly #linked = new Set<string>()
  readonly #instances = new Map<string, Promise<unknown>>()
  readonly #namespaces = new Map<string, Namespace>()
  readonly #shimUrls = new Map<string, Promise<string>>()
  /** Publishing is one at a time, so that no module is published twice. */
  readonly #inTurn = createSerialQueue()

  constructor(options: ModuleGraphOptions) {
    this.#options = options
    this.#rules = {
      has: options.has,
      provides: (specifier) => Object.hasOwn(options.imports, specifier),
      allowsBuiltins: options.scope.allowsBuiltins === true,
    }
    this.#id = registerGraph({
      namespace: (name) => this.#namespaces.get(name) ?? {},
      importFrom: (importer, isComputed) => async (specifier) =>
        this.#importDynamically(String(specifier), importer, isComputed),
    })
  }

  import(path: string): Promise<unknown> {
    return remembered(this.#instances, path, async () => {
      const url = await this.#link(path)
      return this.#options.scope.import(url)
    })
  }

  async #importDynamically(specifier: string, importer: string, isComputed: boolean): Promise<unknown> {
    const { scope } = this.#options
    // Bytes that the plugin's own code has made or read, as PDF.js does with its worker.
    if (isComputed && /^(blob|data):/.test(specifier)) return scope.import(specifier)
    const target = targetOf(specifier, importer, this.#rules)
    if (target.kind === 'path') return this.import(target.path)
    return scope.import(target.kind === 'bare' ? await this.#shimUrl(target.name) : specifier)
  }

  async #link(path: string): Promise<string> {
    if (!this.#options.has(path)) {
      throw new ArchiveError(`${JSON.stringify(path)} is not in the bundle`, { path })
    }
    const ahead = await this.#linkStatic(path)
    // What is only imported later must not be read later, when the plugin may be closed; its faults are told then.
    for (const next of ahead) {
      const more = await this.#linkStatic(next).catch(() => [])
      for (const found of more) ahead.add(found)
    }
    return this.#urls.get(path) ?? ''
  }

  /** Publishes what `path` needs to run; answers what that may import dynamically. */
  async #linkStatic(path: string): Promise<Set<string>> {
    if (this.#linked.has(path)) return new Set()
    const modules = await this.#collect(path)
    const order = this.#order(path, modules)
    await this.#inTurn(() => this.#publishAll(order))
    for (const { path: linked } of order) {
      this.#linked.add(linked)
      this.#modules.delete(linked)
    }
    return new Set(order.flatMap((module) => module.dynamicPaths))
  }

  /** Breadth first over static imports that are not linked yet. */
  async #collect(root: string): Promise<ReadonlyMap<string, LinkedModule>> {
    const found = new Map<string, LinkedModule>()
    for (let wave = [root]; wave.length > 0; ) {
      await inParallel(wave.length, READS_IN_FLIGHT, async (at) => {
        const module = await this.#module(wave[at] ?? root)
        found.set(module.path, module)
      })
      const needed = new Set(wave.flatMap((path) => found.get(path)?.staticPaths ?? []))
      wave = [...needed].filter((path) => !found.has(path) && !this.#linked.has(path))
    }
    return found
  }

  #module(path: string): Promise<LinkedModule> {
    return remembered(this.#modules, path, async () => {
      const module = readModule(path, await this.#options.read(path), this.#rules)
      for (const { name } of module.sharedImports) await this.#shimUrl(name)
      return module
    })
  }

  #order(root: string, modules: ReadonlyMap<string, LinkedModule>): LinkedModule[] {
    const order = orderOf(root, (path) => modules.get(path)?.staticPaths ?? [])
    if (order.cycle && !this.#options.scope.keepsRelativeSpecifiers) throw cycleError(order.cycle)
    return order.paths.flatMap((path) => modules.get(path) ?? [])
  }

  async #publishAll(order: readonly LinkedModule[]): Promise<void> {
    for (const module of order) {
      if (this.#urls.has(module.path)) continue
      const edits = await this.#edits(module)
      const code = applyEdits(module.code, edits)
      const path = this.#publicPath(module)
      this.#urls.set(module.path, await this.#options.scope.publish(path, code, module.isJson ? undefined : edits))
    }
  }

  async #edits(module: LinkedModule): Promise<CodeEdit[]> {
    const edits: CodeEdit[] = module.dynamicImports.map(({ start, end, isComputed }) => {
      return { start, end, text: importExpression(this.#id, module.path, isComputed) }
    })
    for (const { start, end, path, isJson } of module.pathImports) {
      if (this.#options.scope.keepsRelativeSpecifiers && !isJson) continue
      edits.push({ start, end, text: JSON.stringify(this.#urls.get(path) ?? '') })
    }
    for (const { start, end, name } of module.sharedImports) {
      edits.push({ start, end, text: JSON.stringify(await this.#shimUrl(name)) })
    }
    return edits
  }

  /** JSON becomes JavaScript, which must not stand where JSON is looked for. */
  #publicPath({ path, isJson }: LinkedModule): string {
    return isJson ? this.#freePath(path) : path
  }

  #shimUrl(name: string): Promise<string> {
    return remembered(this.#shimUrls, name, async () => {
      const namespace = await provideNamespace(this.#options.imports, name)
      this.#namespaces.set(name, namespace)
      const path = this.#freePath(sharedStem(name))
      return this.#options.scope.publish(path, namespaceModule(this.#id, name, exportNames(namespace)))
    })
  }

  /** A path for a module of ours that no file of the bundle has. */
  #freePath(stem: string): string {
    let path = `${stem}.mjs`
    for (let at = 1; this.#options.has(path); at++) path = `${stem}.${at}.mjs`
    return path
  }
}

/** Of the name alone: what was published in a page before must never stand for another one. */
function sharedStem(name: string): string {
  const legible = name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)
  return `plugdock-import-${legible}-${crc32(new TextEncoder().encode(name)).toString(16)}`
}

/** The promise made for `key` before, or a new one; one that failed is forgotten. */
function remembered<T>(promises: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = promises.get(key)
  if (known !== undefined) return known
  const made = make()
  promises.set(key, made)
  made.catch(() => promises.delete(key))
  return made
}

function cycleError(cycle: readonly string[]): UnsupportedError {
  const circle = cycle.map((path) => JSON.stringify(path)).join(' -> ')
  const cure = 'bundle them into one file, or serve the plugin through plugdock/service-worker'
  return new UnsupportedError(`Modules that import each other in a circle cannot be linked here (${circle}): ${cure}`)
}
