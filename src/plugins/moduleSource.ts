import { type ImportSpecifier, parse } from 'es-module-lexer/minimal/js'
import { ArchiveError, UnsupportedError } from '../domain/errors/index.js'
import type { CodeEdit } from '../ports/modules.js'

const STATIC = 1
const DYNAMIC = 2
const META = 3
const REEXPORT_STAR = 8

/** An import of a module, and the part of its code to replace when it is pointed elsewhere. */
export interface ModuleImport {
  readonly isDynamic: boolean
  /** `undefined` where code computes it. */
  readonly specifier: string | undefined
  /** Has `with { ... }`; a replacement drops that. Unknown, and so false, of dynamic imports. */
  readonly hasAttributes: boolean
  /** Static: the quoted specifier with its attributes. Dynamic: the word `import`. */
  readonly start: number
  readonly end: number
}

/**
 * Finds a module's imports. Uses the lexer's build without WebAssembly, which a page's CSP may forbid. Throws
 * `ArchiveError` where the code is no module, `UnsupportedError` for import phases.
 */
export function readImports(path: string, code: string): ModuleImport[] {
  return lex(path, code)
    .filter(({ t }) => t !== META)
    .map((found) => toImport(path, found))
}

function lex(path: string, code: string): readonly ImportSpecifier[] {
  try {
    return parse(code, path)[0]
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ArchiveError(`${JSON.stringify(path)} is no valid JavaScript module: ${reason}`, { path }, { cause })
  }
}

function toImport(path: string, { t, n, s, e, ss, se, a }: ImportSpecifier): ModuleImport {
  if (t === DYNAMIC) {
    return { isDynamic: true, specifier: n, hasAttributes: false, start: ss, end: ss + 'import'.length }
  }
  if (t !== STATIC && t !== REEXPORT_STAR) {
    throw new UnsupportedError(
      `${JSON.stringify(path)} uses "import source" or "import defer": import the module plainly`,
    )
  }
  return { isDynamic: false, specifier: n, hasAttributes: a >= 0, start: s - 1, end: a >= 0 ? se : e + 1 }
}

/** `code` with every edit made; edits do not overlap. */
export function applyEdits(code: string, edits: readonly CodeEdit[]): string {
  let result = ''
  let at = 0
  for (const { start, end, text } of [...edits].sort((left, right) => left.start - right.start)) {
    result += code.slice(at, start) + text
    at = end
  }
  return result + code.slice(at)
}
