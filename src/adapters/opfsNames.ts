import type { StoreEntry } from '../ports/bundleStore.js'
import { aboutFile, entriesOf } from './opfsFiles.js'
import { pieceOf } from './opfsPieces.js'
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

/** The partial to which a file belongs, as one of its leaders' or as a piece. */
export function partialKeyIn(name: string): string | undefined {
  return (partialNameOf(name) ?? pieceOf(name))?.key
}

/** Of a bundle that was deleted while somebody read it. */
export function retiredName(address: string, number: number): string {
  return `${address}.${number}.retired`
}

export function isRetired(name: string): boolean {
  return RETIRED.test(name)
}

/** What is known of the sizes of bundles, and is added to. To look at each of thousands of files takes seconds. */
export interface SealedSizes {
  readonly known: Map<string, number>
  /** Else those that are not known are told as 0. */
  readonly areWanted: boolean
}

/** Everything but what is retired. Partials of one key are one entry, whichever leaders began them, with their pieces. */
export async function describeOpfsEntries(
  { bundles, partials }: OpfsFolders,
  sizes: SealedSizes,
): Promise<StoreEntry[]> {
  const sealed = (await entriesOf(bundles)).filter(({ name }) => !isRetired(name))
  const described = await Promise.all(sealed.map((entry) => describeSealed(entry, sizes)))
  return [...described.flat(), ...joinPartials(await describeFolder(partials))]
}

async function describeSealed(entry: FileSystemHandle, { known, areWanted }: SealedSizes): Promise<StoreEntry[]> {
  const { name, kind } = entry
  const isBundle = kind === 'file' && isStoreName(name)
  const knownBytes = isBundle ? (known.get(name) ?? (areWanted ? undefined : 0)) : undefined
  if (knownBytes !== undefined) return [{ kind: 'bundle', name, sizeBytes: knownBytes }]
  const [file] = await describe([entry])
  if (!file) return []
  if (isBundle) known.set(name, file.sizeBytes)
  return [asBundle(file)]
}

/** Whether a file of this name, in the folder of bundles or of partials, is nothing of ours. */
export function isUnknownName(folder: keyof OpfsFolders, name: string): boolean {
  if (folder === 'bundles') return !isStoreName(name) && !isRetired(name)
  return partialKeyIn(name) === undefined
}

interface Described {
  readonly name: string
  readonly isFile: boolean
  readonly sizeBytes: number
  readonly modifiedAt: number
}

async function describeFolder(folder: FileSystemDirectoryHandle): Promise<Described[]> {
  return describe(await entriesOf(folder))
}

async function describe(entries: readonly FileSystemHandle[]): Promise<Described[]> {
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
    const key = file.isFile ? partialKeyIn(file.name) : undefined
    if (key === undefined) unknown.push(asUnknown(file))
    else partials.set(key, (partials.get(key) ?? 0) + file.sizeBytes)
  }
  return [...[...partials].map(([name, sizeBytes]) => ({ kind: 'partial', name, sizeBytes }) as const), ...unknown]
}
