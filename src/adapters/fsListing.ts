import { join } from 'node:path'
import type { StoreEntry } from '../ports/bundleStore.js'
import { systemCode, toStorageError } from './fsErrors.js'
import { patiently } from './fsPatience.js'
import type { FileSystem } from './fsSystem.js'
import { isStoreName } from './storeNames.js'

export const PARTIAL_SUFFIX = '.part'

/** Where everything of one store lies. */
export interface Folders {
  readonly system: FileSystem
  readonly root: string
  readonly bundles: string
  readonly partials: string
}

/** Everything in both folders, ours or not. */
export async function listFolders({ system, bundles, partials }: Folders): Promise<StoreEntry[]> {
  const listed = [
    await listFolder(system, bundles, recogniseBundle),
    await listFolder(system, partials, recognisePartial),
  ]
  return listed.flat()
}

type Named = Pick<StoreEntry, 'kind' | 'name'>
type Recognise = (fileName: string) => Named | undefined

function recogniseBundle(name: string): Named | undefined {
  return isStoreName(name) ? { kind: 'bundle', name } : undefined
}

function recognisePartial(fileName: string): Named | undefined {
  const name = fileName.endsWith(PARTIAL_SUFFIX) ? fileName.slice(0, -PARTIAL_SUFFIX.length) : ''
  return isStoreName(name) ? { kind: 'partial', name } : undefined
}

async function listFolder(system: FileSystem, folder: string, recognise: Recognise): Promise<StoreEntry[]> {
  const names = await system.readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw toStorageError(error, 'list', folder)
  })
  const entries = await Promise.all(names.sort().map((name) => describeEntry(system, folder, name, recognise)))
  return entries.filter((entry) => entry !== undefined)
}

/** `undefined` for what went away since the folder was read. */
async function describeEntry(
  system: FileSystem,
  folder: string,
  name: string,
  recognise: Recognise,
): Promise<StoreEntry | undefined> {
  try {
    const stats = await system.lstat(join(folder, name))
    const sizeBytes = stats.size
    if (!stats.isFile()) return { kind: 'unknown', name, sizeBytes }
    const known = recognise(name)
    return known ? { ...known, sizeBytes } : { kind: 'unknown', name, sizeBytes, modifiedAt: stats.mtimeMs }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw toStorageError(error, 'look at', join(folder, name))
  }
}

/** In whichever of our folders it lies; what is a bundle's or a partial's file there stays. */
export async function deleteUnknown({ system, bundles, partials }: Folders, name: string): Promise<void> {
  for (const [folder, recognise] of [
    [bundles, recogniseBundle],
    [partials, recognisePartial],
  ] as const) {
    const entry = isFileName(name) ? await describeEntry(system, folder, name, recognise) : undefined
    if (entry?.kind === 'unknown' && entry.modifiedAt !== undefined) await remove(system, join(folder, name))
  }
}

function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)
}

/** Nothing to delete is no failure. */
export async function remove(system: FileSystem, path: string): Promise<void> {
  try {
    await patiently(() => system.rm(path, { force: true }))
  } catch (error) {
    throw toStorageError(error, 'delete', path)
  }
}
