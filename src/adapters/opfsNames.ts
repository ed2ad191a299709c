import type { StoreEntry } from '../ports/bundleStore.js'
import { aboutFile, entriesOf } from './opfsFiles.js'
import { isStoreName } from './storeNames.js'

/** Where everything of one dock lies. */
export interface OpfsFolders {
  readonly bundles: FileSystemDirectoryHandle
  readonly partials: FileSystemDirectoryHandle
}

const PARTIAL = /^([a-z0-9-]{1,128})\.(\d+)\.part$/
const RETIRED = /^[a-z0-9-]{1,128}\.\d+\.retired$/

export function ownPartialName(key: string, epoch: number): string {
  return `${key}.${epoch}.part`
}

export function partialNameOf(name: string): { readonly key: string } | undefined {
  const [, key] = PARTIAL.exec(name) ?? []
  return key === undefined ? undefined : { key }
}

/** Of a bundle that was deleted while somebody read it. */
export function retiredName(address: string, number: number): string {
  return `${address}.${number}.retired`
}

export function isRetired(name: string): boolean {
  return RETIRED.test(name)
}

/** Everything but what is retired. Partials of one key are one entry, whichever leaders began them. */
export async function describeOpfsEntries({ bundles, partials }: OpfsFolders): Promise<StoreEntry[]> {
  const sealed = (await describeFolder(bundles)).filter(({ name }) => !isRetired(name))
  return [...sealed.map(asBundle), ...joinPartials(await describeFolder(partials))]
}

/** Whether a file of this name, in the folder of bundles or of partials, is nothing of ours. */
export function isUnknownName(folder: keyof OpfsFolders, name: string): boolean {
  if (folder === 'bundles') return !isStoreName(name) && !isRetired(name)
  return partialNameOf(name) === undefined
}

interface Described {
  readonly name: string
  readonly isFile: boolean
  readonly sizeBytes: number
  readonly modifiedAt: number
}

async function describeFolder(folder: FileSystemDirectoryHandle): Promise<Described[]> {
  const entries = await entriesOf(folder)
  const found = await Promise.all(entries.map(aboutFile))
  return entries.flatMap(({ name, kind }, at) => {
    const about = found[at]
    return about === undefined ? [] : [{ name, isFile: kind === 'file', ...about }]
  })
}

function asBundle(file: Described): StoreEntry {
  const { name, sizeBytes } = file
  return file.isFile && isStoreName(name) ? { kind: 'bundle', name, sizeBytes } : asUnknown(file)
}

function asUnknown({ name, isFile, sizeBytes, modifiedAt }: Described): StoreEntry {
  return { kind: 'unknown', name, sizeBytes, ...(isFile ? { modifiedAt } : {}) }
}

function joinPartials(files: readonly Described[]): StoreEntry[] {
  const partials = new Map<string, number>()
  const unknown: StoreEntry[] = []
  for (const file of files) {
    const key = file.isFile ? partialNameOf(file.name)?.key : undefined
    if (key === undefined) unknown.push(asUnknown(file))
    else partials.set(key, (partials.get(key) ?? 0) + file.sizeBytes)
  }
  return [...[...partials].map(([name, sizeBytes]) => ({ kind: 'partial', name, sizeBytes }) as const), ...unknown]
}
