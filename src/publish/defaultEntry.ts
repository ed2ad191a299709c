import { readFile } from 'node:fs/promises'
import { ManifestError } from '../domain/errors/index.js'
import type { InputFile } from './inputFiles.js'

/** Conditions of `exports` that a plugin's host fulfils, whatever its platform. */
const CONDITIONS = new Set(['import', 'module-sync', 'module', 'browser', 'default'])

/**
 * The entry of a folder: what was asked for, else what its package.json names by `exports`, `module` or `main`,
 * else `index.js`. Throws {@link ManifestError} where no such file is packed.
 */
export async function entryOf(files: readonly InputFile[], wanted: string | undefined): Promise<string> {
  const paths = new Set(files.map((file) => file.path))
  if (wanted !== undefined) {
    if (paths.has(wanted)) return wanted
    throw entryError(`The entry "${wanted}" is not among the files to pack`)
  }
  const candidates = [...(await packageEntries(files)), 'index.js']
  const found = candidates.find((path) => paths.has(path))
  if (found !== undefined) return found
  throw entryError(
    `Cannot tell which file is the entry (looked for ${[...new Set(candidates)].join(', ')}); name it with --entry`,
  )
}

function entryError(message: string): ManifestError {
  return new ManifestError(message, { issues: [message] })
}

async function packageEntries(files: readonly InputFile[]): Promise<string[]> {
  const file = files.find(({ path }) => path === 'package.json')
  if (!file) return []
  const { exports, module, main } = parseObject(await readFile(file.absolutePath, 'utf8'))
  const exported = target(isObject(exports) && '.' in exports ? exports['.'] : exports)
  return [exported, module, main].filter((path) => typeof path === 'string').flatMap(spellings)
}

/** What `exports` leads to under {@link CONDITIONS}; the first that fits wins, as in Node. */
function target(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(target).find((path) => path !== undefined)
  if (!isObject(value)) return undefined
  const fitting = Object.entries(value).filter(([condition]) => CONDITIONS.has(condition))
  return fitting.map(([, child]) => target(child)).find((path) => path !== undefined)
}

/** `main` may leave out its extension, or name a folder. */
function spellings(path: string): string[] {
  const plain = path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '')
  return [plain, `${plain}.js`, plain === '' || plain === '.' ? 'index.js' : `${plain}/index.js`]
}

/** A package.json that cannot be read names no entry; it is packed as it is. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
