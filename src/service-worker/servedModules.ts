import { readImports } from '../plugins/moduleSource.js'
import { resolveSpecifier } from '../plugins/moduleSpecifiers.js'
import type { CodeEdit } from '../ports/modules.js'
import type { ServedLink } from '../ports/servedFiles.js'

/** Whether a request is for a module of a page: what takes classic scripts, and what starts workers, has other modes. */
export function isModuleRequest({ destination, mode }: Request): boolean {
  return destination === 'script' && mode === 'cors'
}

/** Whether it imports what only the page can give: shared names, JSON as a module, what code computes. */
export function needsPage(path: string, code: string): boolean {
  try {
    return readImports(path, code).some(({ specifier }) => !isOfBundle(specifier, path))
  } catch {
    // whoever runs it hears what is wrong with it
    return false
  }
}

function isOfBundle(specifier: string | undefined, importer: string): boolean {
  if (specifier === undefined) return false
  const target = resolveSpecifier(specifier, importer)
  return target.kind === 'path' && !target.path.endsWith('.json')
}

/** What a page answered, where it is what it should be. */
export function readLink(answer: unknown): ServedLink | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const { edits, code } = answer as { readonly edits?: unknown; readonly code?: unknown } // any object
  if (typeof code === 'string') return { code }
  return Array.isArray(edits) && edits.every(isEdit) ? { edits } : undefined
}

function isEdit(value: unknown): value is CodeEdit {
  if (typeof value !== 'object' || value === null) return false
  const { start, end, text } = value as { readonly [Key in keyof CodeEdit]?: unknown } // any object
  return Number.isInteger(start) && Number.isInteger(end) && typeof text === 'string'
}
