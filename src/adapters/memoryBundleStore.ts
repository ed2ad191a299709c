import type { Bytes } from '../domain/bytes.js'
import { StorageError, StorageFullError } from '../domain/errors/index.js'
import type { BundleReader, BundleStore, PartialBundle, PartialPiece, StoreEntry } from '../ports/bundleStore.js'
import { openHandle } from './memoryHandle.js'
import { noStorageFaults, type StorageFaults } from './storageFaults.js'
import { checkStoreName } from './storeNames.js'

export interface MemoryBundleStoreOptions {
  /** Room for bundles and partials together. @default no limit */
  readonly capacityBytes?: number | undefined
  readonly faults?: StorageFaults | undefined
  /** What a restart does to bytes that were not flushed, and to deletes that no seal followed. @default 'kept' */
  readonly unflushed?: UnflushedFate | undefined
}

/**
 * What becomes of bytes that were written and not flushed: they outlive the process, as they do where only it dies; or,
 * as after a power cut, they are as they were before, or zeros in a file that has its length.
 */
export type UnflushedFate = 'kept' | 'lost' | 'zeroed'

/** A {@link BundleStore} that a test can also restart, spoil and look into. */
export interface MemoryBundleStore extends BundleStore {
  /**
   * As if the process had died: nobody holds a partial any more, and handles that were open fail. Bytes stay, as far as
   * the option `unflushed` says.
   */
  restart(): void
  /** As if somebody else went on with a file of its own: partials that are open are dead to who holds them. */
  disownPartials(): void
  /** The stored bytes themselves, to flip bits in; `undefined` where there are none. */
  bytesOf(kind: 'bundle' | 'partial', name: string): Bytes | undefined
  /** A file that nobody here wrote, at that time; without one it is a folder, or else nothing to delete. */
  addForeign(name: string, sizeBytes: number, modifiedAt?: number): void
  /** What was fetched for a partial while nobody was there: chunks from `firstChunk` on, or what claims to be some. */
  addPiece(key: string, firstChunk: number, bytes: Bytes): void
  /** The room for bundles and partials together, from now on; `undefined`: no limit. What is there stays. */
  setCapacity(bytes: number | undefined): void
  /** What `availableBytes` says from now on, whatever is true; `undefined`: that nobody knows. */
  claimAvailable(bytes: number | undefined): void
}

/** A partial's bytes, in memory that grows by doubling. */
interface Growing {
  memory: Bytes
  size: number
  /** As it was flushed last; kept only where it matters. */
  flushed?: Bytes
}

interface Content {
  capacityBytes: number
  /** What it says that it has left, where that is not so. */
  claimedBytes: { readonly value: number | undefined } | undefined
  readonly faults: StorageFaults
  readonly unflushed: UnflushedFate
  readonly bundles: Map<string, Bytes>
  readonly partials: Map<string, Growing>
  /** By partial, then by first chunk. */
  readonly pieces: Map<string, Map<number, Bytes>>
  readonly foreign: Map<string, Pick<StoreEntry, 'sizeBytes' | 'modifiedAt'>>
  readonly held: Set<string>
  /** Undo deletes that are not durable yet; kept only where they matter. */
  readonly undoing: (() => void)[]
  /** Counts restarts: a handle of an earlier life is of no use. */
  life: number
  /** The same of those who write. */
  writers: number
}

/** Bundles in memory. They live as long as this object, whoever opens and closes a host over it. */
export function createMemoryBundleStore(options: MemoryBundleStoreOptions = {}): MemoryBundleStore {
  const content: Content = {
    capacityBytes: options.capacityBytes ?? Number.POSITIVE_INFINITY,
    claimedBytes: undefined,
    faults: options.faults ?? noStorageFaults,
    unflushed: options.unflushed ?? 'kept',
    bundles: new Map(),
    partials: new Map(),
    pieces: new Map(),
    foreign: new Map(),
    held: new Set(),
    undoing: [],
    life: 0,
    writers: 0,
  }
  return { ...portOver(content), ...controlsOver(content) }
}

function portOver(content: Content): BundleStore {
  const begin = async (operation: string, name: string) => {
    const { life } = content
    await content.faults({ store: 'bundles', operation, name })
    if (life !== content.life) throw new StorageError('The process has died meanwhile')
  }
  return {
    async openPartial(key) {
      checkStoreName(key)
      await begin('openPartial', key)
      return openPartial(content, key)
    },
    async deletePartial(key) {
      checkStoreName(key)
      await begin('deletePartial', key)
      remove(content, content.partials, key)
      content.pieces.delete(key)
    },
    async openBundle(address) {
      checkStoreName(address)
      await begin('openBundle', address)
      const bytes = content.bundles.get(address)
      return bytes && readerOver(content, address, bytes)
    },
    async deleteBundle(address) {
      checkStoreName(address)
      await begin('deleteBundle', address)
      remove(content, content.bundles, address)
    },
    async deleteUnknown(name) {
      await begin('deleteUnknown', name)
      if (content.foreign.get(name)?.modifiedAt !== undefined) content.foreign.delete(name)
    },
    async list() {
      await begin('list', '')
      return listEntries(content)
    },
    async availableBytes() {
      if (content.claimedBytes) return content.claimedBytes.value
      return content.capacityBytes === Number.POSITIVE_INFINITY ? undefined : Math.max(0, roomIn(content))
    },
  }
}

function controlsOver(content: Content): Omit<MemoryBundleStore, keyof BundleStore> {
  return {
    restart() {
      content.life++
      disown(content)
      if (content.unflushed !== 'kept') cutPower(content, content.unflushed)
    },
    disownPartials: () => disown(content),
    bytesOf(kind, name) {
      if (kind === 'bundle') return content.bundles.get(name)
      const partial = content.partials.get(name)
      return partial?.memory.subarray(0, partial.size)
    },
    addPiece(key, firstChunk, bytes) {
      const pieces = content.pieces.get(key) ?? new Map<number, Bytes>()
      content.pieces.set(key, pieces.set(firstChunk, bytes))
    },
    setCapacity(bytes) {
      content.capacityBytes = bytes ?? Number.POSITIVE_INFINITY
    },
    claimAvailable(value) {
      content.claimedBytes = { value }
    },
    addForeign(name, sizeBytes, modifiedAt) {
      content.foreign.set(name, { sizeBytes, ...(modifiedAt === undefined ? {} : { modifiedAt }) })
    },
  }
}

function listEntries({ bundles, partials, pieces, foreign }: Content): StoreEntry[] {
  return [
    ...[...bundles].map(([name, bytes]) => ({ kind: 'bundle', name, sizeBytes: bytes.length }) as const),
    ...[...new Set([...partials.keys(), ...pieces.keys()])].map((name) => partialEntry(name, { partials, pieces })),
    ...[...foreign].map(([name, about]) => ({ kind: 'unknown', name, ...about }) as const),
  ]
}

function partialEntry(name: string, { partials, pieces }: Pick<Content, 'partials' | 'pieces'>): StoreEntry {
  const found = [...(pieces.get(name)?.values() ?? [])].reduce((sum, bytes) => sum + bytes.length, 0)
  return { kind: 'partial', name, sizeBytes: found + (partials.get(name)?.size ?? 0) }
}

function disown(content: Content): void {
  content.writers++
  content.held.clear()
}

function roomIn(content: Content): number {
  return listEntries(content).reduce((room, { sizeBytes }) => room - sizeBytes, content.capacityBytes)
}

function openPartial(content: Content, key: string): PartialBundle {
  if (content.held.has(key)) throw new StorageError(`The partial ${key} is already open`)
  content.held.add(key)
  const growing = content.partials.get(key) ?? { memory: new Uint8Array(0), size: 0 }
  content.partials.set(key, growing)
  const handle = openHandle(content, key, {
    age: () => content.writers,
    release: () => content.held.delete(key),
  })
  return {
    get size() {
      return growing.size
    },
    read: (offset, length) => handle.use('read', () => pick(growing.memory.subarray(0, growing.size), offset, length)),
    write: (offset, bytes) => handle.use('write', () => write(content, growing, offset, bytes)),
    truncate: (size) => handle.use('truncate', () => resize(content, growing, size)),
    flush: () => handle.use('flush', () => flush(content, growing)),
    seal: async (address) => {
      checkStoreName(address)
      await handle.use('seal', () => seal(content, key, address, growing))
      handle.close()
    },
    pieces: () => handle.use('pieces', () => openPieces(content, key)),
    close: async () => handle.close(),
  }
}

function openPieces({ pieces }: Content, key: string): PartialPiece[] {
  return [...(pieces.get(key) ?? [])].map(([firstChunk, bytes]) => ({
    firstChunk,
    size: bytes.length,
    read: async (offset, length) => pick(bytes, offset, length),
    close: async () => {},
    delete: async () => {
      pieces.get(key)?.delete(firstChunk)
      if (pieces.get(key)?.size === 0) pieces.delete(key)
    },
  }))
}

function readerOver(content: Content, address: string, bytes: Bytes): BundleReader {
  const handle = openHandle(content, address, { age: () => content.life, release: () => {} })
  return {
    size: bytes.length,
    read: (offset, length) => handle.use('read', () => pick(bytes, offset, length)),
    close: async () => handle.close(),
  }
}

function pick(bytes: Bytes, offset: number, length: number): Bytes {
  return bytes.slice(offset, offset + length)
}

function write(content: Content, growing: Growing, offset: number, bytes: Bytes): void {
  const end = offset + bytes.length
  if (end > growing.size) resize(content, growing, end)
  growing.memory.set(bytes, offset)
}

function resize(content: Content, growing: Growing, size: number): void {
  const bytesNeeded = size - growing.size
  if (bytesNeeded > roomIn(content)) throw new StorageFullError('The memory store is full', { bytesNeeded })
  if (size > growing.memory.length) growing.memory = enlarge(growing, size)
  growing.memory.fill(0, size, growing.size)
  growing.size = size
}

function enlarge({ memory, size }: Growing, needed: number): Bytes {
  const larger = new Uint8Array(Math.max(needed, memory.length * 2))
  larger.set(memory.subarray(0, size))
  return larger
}

function seal(content: Content, key: string, address: string, growing: Growing): void {
  if (content.partials.get(key) !== growing) throw new StorageError(`The partial ${key} was deleted`)
  content.partials.delete(key)
  content.bundles.set(address, growing.memory.slice(0, growing.size))
  content.undoing.length = 0
}

function flush({ unflushed }: Content, growing: Growing): void {
  if (unflushed !== 'kept') growing.flushed = growing.memory.slice(0, growing.size)
}

function remove<T>({ unflushed, undoing }: Content, files: Map<string, T>, name: string): void {
  const file = files.get(name)
  files.delete(name)
  if (file === undefined || unflushed === 'kept') return
  undoing.push(() => {
    if (!files.has(name)) files.set(name, file)
  })
}

function cutPower({ partials, undoing }: Content, fate: 'lost' | 'zeroed'): void {
  // the newest first: it is that file which had the name
  for (const undo of undoing.splice(0).reverse()) undo()
  for (const [key, growing] of [...partials]) {
    const { flushed, size } = growing
    if (fate === 'lost' && !flushed) partials.delete(key)
    else partials.set(key, fate === 'lost' ? revived(flushed) : revived(flushed, size))
  }
}

/** What was flushed, and zeros up to the size. */
function revived(flushed: Bytes = new Uint8Array(0), size = flushed.length): Growing {
  const memory = new Uint8Array(size)
  memory.set(flushed.subarray(0, size))
  return { memory, size, flushed }
}
