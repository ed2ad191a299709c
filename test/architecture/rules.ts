import { type Entry, isWithin, type Layer, layerOf, ruleOf } from './layers.js'
import { type Import, lineAt, type SourceFile } from './sourceFile.js'

const FILE_LINES = 300
const MACHINE_LINES = 250
const UNFINISHED = new RegExp(
  `\\b(${['TO', 'FIX'].map((start, index) => start + ['DO', 'ME'][index]).join('|')})\\b`,
  'g',
)
const NOT_RUN = /\.(skip|only|todo)\s*[(.]/g
const IMPURE =
  /\b(Date\.now|new Date|Math\.random|performance\.now|setTimeout|setInterval|console|await)\b|\bfetch\s*\(/g
const BROWSER_GLOBAL = /(?<![\w$.])(window|navigator)\b(?!\??:)|\b(?:globalThis|self)\??\.(window|navigator)\b/g
const PLATFORM_PACKAGES = ['ky', 'localforage']

/** Imports that the file's layer does not allow. Each violation ends with the rule. */
export function layerViolations(file: SourceFile): string[] {
  const layer = layerOf(file.path)
  if (!layer) return [`${file.path} is in no layer. Rule: every folder has its row in test/architecture/layers.ts`]
  const forbidden = file.imports.filter((it) => !isAllowed(it, layer))
  return [
    ...forbidden.map((it) => `${file.path}:${it.line} imports '${it.specifier}'. Rule: ${ruleOf(layer)}`),
    ...tooManyPackages(file, layer),
  ]
}

function isAllowed({ target, isTypeOnly }: Import, layer: Layer): boolean {
  switch (target.kind) {
    case 'builtin':
      return layer.node === true
    case 'package':
      if (layer.packages === 'any' || layer.packages?.includes(target.name)) return true
      return isTypeOnly && (layer.typePackages ?? []).includes(target.name)
    case 'file':
      if ([layer.path, ...layer.mayImport].some((folder) => isWithin(target.path, folder))) return true
      return isTypeOnly && (layer.mayImportTypesOf ?? []).some((folder) => isWithin(target.path, folder))
  }
}

function tooManyPackages(file: SourceFile, layer: Layer): string[] {
  const limit = layer.packagesPerFile ?? Number.POSITIVE_INFINITY
  const packages = new Set(file.imports.flatMap(({ target }) => (target.kind === 'package' ? [target.name] : [])))
  if (packages.size <= limit) return []
  return [`${file.path} imports ${[...packages].join(' and ')}. Rule: ${ruleOf(layer)}`]
}

/** A public entry file holds re-exports and nothing else. */
export function doorViolations(file: SourceFile): string[] {
  return file.isDoor ? [] : [`${file.path} holds code. Rule: a public door re-exports and does nothing else`]
}

/** What importing the entry would load, against what it may load. */
export function entryViolations(files: readonly SourceFile[], entry: Entry): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const rule = `Rule: importing ${entry.path} loads no ${entry.node ? '' : 'node: module and no '}package but ${entry.packages}`
  return [...reachable(byPath, entry.path)].flatMap((path) =>
    loadedBy(byPath.get(path))
      .filter(({ target }) => !mayLoad(target, entry))
      .map(({ line, specifier }) => `${path}:${line} imports '${specifier}'. ${rule}`),
  )
}

function mayLoad(target: Import['target'], { packages, node }: Entry): boolean {
  if (target.kind === 'builtin') return node
  return target.kind === 'file' || packages === 'any' || packages.includes(target.name)
}

function loadedBy(file: SourceFile | undefined): Import[] {
  return (file?.imports ?? []).filter((it) => !it.isTypeOnly && !it.isDynamic)
}

function reachable(byPath: ReadonlyMap<string, SourceFile>, start: string): Set<string> {
  const seen = new Set([start])
  for (const path of seen) {
    for (const { target } of loadedBy(byPath.get(path))) if (target.kind === 'file') seen.add(target.path)
  }
  return seen
}

/** Charts say what happens; clocks, chance, timers, logs and requests are given to them. */
export function purityViolations(file: SourceFile): string[] {
  return found(file, file.code, IMPURE, 'machines know no clock, chance, timer, console, await or fetch')
}

export function platformViolations(file: SourceFile): string[] {
  if (isWithin(file.path, 'src/adapters') || isWithin(file.path, 'src/hosts')) return []
  const rule = 'ky, localforage, navigator and window appear only under src/adapters and src/hosts'
  const imports = file.imports.filter(
    ({ target }) => target.kind === 'package' && PLATFORM_PACKAGES.includes(target.name),
  )
  return [
    ...imports.map(({ line, specifier }) => `${file.path}:${line} imports '${specifier}'. Rule: ${rule}`),
    ...found(file, file.code, BROWSER_GLOBAL, rule),
  ]
}

export function lengthViolations({ path, lineCount }: SourceFile): string[] {
  const limit = path.endsWith('.machine.ts') ? MACHINE_LINES : FILE_LINES
  if (lineCount <= limit) return []
  return [
    `${path} has ${lineCount} lines. Rule: no file over ${FILE_LINES} lines, no machine over ${MACHINE_LINES}: then it is two`,
  ]
}

export function unfinishedViolations(file: SourceFile): string[] {
  return found(file, file.text, UNFINISHED, 'what is unfinished is an issue, not a comment')
}

export function notRunViolations(file: SourceFile): string[] {
  return found(file, file.code, NOT_RUN, 'every test runs')
}

function found(file: SourceFile, text: string, pattern: RegExp, rule: string): string[] {
  return [...text.matchAll(pattern)].map(
    (match) => `${file.path}:${lineAt(text, match.index)} has '${match[0]}'. Rule: ${rule}`,
  )
}
