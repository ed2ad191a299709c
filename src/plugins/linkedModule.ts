import { ArchiveError, UnsupportedError } from '../domain/errors/index.js'
import { type ModuleImport, readImports } from './moduleSource.js'
import { resolveSpecifier, type SpecifierTarget } from './moduleSpecifiers.js'

/** Files that are no JavaScript modules, though people import them where a bundler or Node makes them so. */
const OTHER_KINDS = /\.(cjs|cts|css|html|jsx|mts|node|ts|tsx|wasm)$/i

interface CodeSpan {
  readonly start: number
  readonly end: number
}

/** A module of the bundle, with its imports resolved. */
export interface LinkedModule {
  readonly path: string
  readonly isJson: boolean
  /** JavaScript. */
  readonly code: string
  readonly pathImports: readonly (CodeSpan & { readonly path: string; readonly isJson: boolean })[]
  readonly sharedImports: readonly (CodeSpan & { readonly name: string })[]
  readonly dynamicImports: readonly (CodeSpan & { readonly isComputed: boolean })[]
  /** Files that static imports need. */
  readonly staticPaths: readonly string[]
  /** Files that literal dynamic imports name and the bundle has. */
  readonly dynamicPaths: readonly string[]
}

export interface LinkRules {
  /** Whether the bundle has this file. */
  readonly has: (path: string) => boolean
  /** Whether the app has a meaning for this specifier, which may then be a built-in's as well. */
  readonly provides: (specifier: string) => boolean
  readonly allowsBuiltins: boolean
}

/** Throws `UnsupportedError` for a static import that cannot be satisfied, `ArchiveError` for text that is no module. */
export function readModule(path: string, text: string, rules: LinkRules): LinkedModule {
  if (isJson(path)) return jsonModule(path, text)
  assertJavaScript(path)
  const imports = readImports(path, text)
  const targets = imports.map((found) => ({ ...found, target: staticTarget(path, found, rules) }))
  const pathImports = targets.flatMap(({ start, end, target }) =>
    target?.kind === 'path' ? [{ start, end, path: target.path, isJson: isJson(target.path) }] : [],
  )
  return {
    path,
    isJson: false,
    code: text,
    pathImports,
    sharedImports: targets.flatMap(({ start, end, target }) =>
      target?.kind === 'bare' ? [{ start, end, name: target.name }] : [],
    ),
    dynamicImports: imports
      .filter(({ isDynamic }) => isDynamic)
      .map(({ start, end, specifier }) => ({ start, end, isComputed: specifier === undefined })),
    staticPaths: [...new Set(pathImports.map((found) => found.path))],
    dynamicPaths: dynamicPaths(path, imports, rules),
  }
}

/** What `specifier` stands for in `importer`; throws `UnsupportedError` where it stands for nothing here. */
export function targetOf(specifier: string, importer: string, rules: LinkRules): SpecifierTarget {
  const target = resolveSpecifier(specifier, importer)
  if (target.kind !== 'path' && rules.provides(specifier)) return { kind: 'bare', name: specifier }
  const isThere = target.kind === 'path' && rules.has(target.path)
  if (isThere || (target.kind === 'builtin' && rules.allowsBuiltins)) return target
  throw refusal(specifier, importer, target)
}

/** Why `importer` cannot have `specifier`. */
function refusal(specifier: string, importer: string, target: SpecifierTarget): UnsupportedError {
  return new UnsupportedError(`${JSON.stringify(importer)} imports ${JSON.stringify(specifier)}, ${reasonOf(target)}`)
}

function reasonOf(target: SpecifierTarget): string {
  switch (target.kind) {
    case 'path':
      return `but ${JSON.stringify(target.path)} is not in the bundle; extensions and index files are not guessed`
    case 'bare':
      return 'which is not in the bundle: name it in options.imports, or bundle it with the plugin'
    case 'builtin':
      return 'which this host does not offer to plugins'
    case 'url':
      return 'whose bytes nobody has verified: put the file into the bundle and import it by a relative path'
    case 'invalid':
      return `which ${target.reason}`
  }
}

/** `undefined` for dynamic imports, which are resolved when they run. */
function staticTarget(importer: string, found: ModuleImport, rules: LinkRules): SpecifierTarget | undefined {
  if (found.isDynamic) return undefined
  const specifier = found.specifier ?? ''
  const target = targetOf(specifier, importer, rules)
  if (found.hasAttributes && !isJsonTarget(target)) {
    const what = `${JSON.stringify(importer)} imports ${JSON.stringify(specifier)} with attributes`
    throw new UnsupportedError(`${what}, which work for .json files alone`)
  }
  return target
}

function dynamicPaths(importer: string, imports: readonly ModuleImport[], rules: LinkRules): string[] {
  const targets = imports.flatMap(({ isDynamic, specifier }) =>
    isDynamic && specifier !== undefined ? [resolveSpecifier(specifier, importer)] : [],
  )
  return targets.flatMap((target) => (target.kind === 'path' && rules.has(target.path) ? [target.path] : []))
}

function isJsonTarget(target: SpecifierTarget): boolean {
  return target.kind === 'path' && isJson(target.path)
}

function isJson(path: string): boolean {
  return path.endsWith('.json')
}

/** Parsed by the engine and not read as an expression, where `__proto__` would mean something. */
function jsonModule(path: string, text: string): LinkedModule {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new ArchiveError(`${JSON.stringify(path)} is not valid JSON`, { path }, { cause })
  }
  const code = `export default JSON.parse(${JSON.stringify(text)})\n`
  const none = { pathImports: [], sharedImports: [], dynamicImports: [], staticPaths: [], dynamicPaths: [] }
  return { path, isJson: true, code, ...none }
}

function assertJavaScript(path: string): void {
  if (!OTHER_KINDS.test(path)) return
  throw new UnsupportedError(`${JSON.stringify(path)} is no JavaScript module: import .js, .mjs or .json files`)
}
