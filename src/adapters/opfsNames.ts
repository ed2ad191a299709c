import type { StoreEntry } from '../ports/bundleStore.js'
import { entriesOf, sizeOf } from './opfsFiles.js'
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

interface Described {
  readonly name: string
  readonly isFile: boolean
  readonly sizeBytes: number
}

async function describeFolder(folder: FileSystemDirectoryHandle): Promise<Described[]> {
  const entries = await entriesOf(folder)
  const sizes = await Promise.all(entries.map(sizeOf))
  return entries.flatMap(({ name, kind }, at) => {
    const sizeBytes = sizes[at]
    return sizeBytes === undefined ? [] : [{ name, isFile: kind === 'file', sizeBytes }]
  })
}

function asBundle({ name, isFile, sizeBytes }: Described): StoreEntry {
  return { kind: isFile && isStoreName(name) ? 'bundle' : 'unknown', name, sizeBytes }
}

function joinPartials(files: readonly Described[]): StoreEntry[] {
  const entries = new Map<string, StoreEntry>()
  for (const { name: fileName, isFile, sizeBytes } of files) {
    const key = isFile ? partialNameOf(fileName)?.key : undefined
    const kind = key === undefined ? 'unknown' : 'partial'
    const name = key ?? fileName
    const before = entries.get(`${kind} ${name}`)?.sizeBytes ?? 0
    entries.set(`${kind} ${name}`, { kind, name, sizeBytes: before + sizeBytes })
  }
  return [...entries.values()]
}
