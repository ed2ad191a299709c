import type { Bytes } from '../domain/bytes.js'
import { FencedError, StorageError } from '../domain/errors/index.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { BundleReader, BundleStore, PartialBundle, StoreEntry } from '../ports/bundleStore.js'
import { toBrowserStorageError } from './domErrors.js'
import { estimateAvailableBytes } from './storageEstimate.js'
import { bodyOfPiece, type PieceTable, StoredPieces } from './storedPieces.js'
import { checkStoreName } from './storeNames.js'

const PARTIAL = 'partial/'
const BUNDLE = 'bundle/'

/** What a bundle's key holds. A partial's holds the name of its body. */
interface BundleEntry {
  readonly body: string
  readonly size: number
}

/**
 * A {@link BundleStore} over a table of values. Bytes lie in bodies that have names of their own; a seal is the one
 * write that makes a body the bundle's.
 */
export class PieceBundleStore implements BundleStore {
  readonly #table: PieceTable
  readonly #writes: boolean
  readonly #held = new Set<string>()
  readonly #readers = new Map<string, number>()
  readonly #unneeded = new Set<string>()

  constructor(table: PieceTable, writes: boolean) {
    this.#table = table
    this.#writes = writes
  }

  /** Removes what an interrupted seal or delete left behind. Only a leader may, before it does anything else. */
  async tidy(): Promise<void> {
    const { bundles, partials, keys } = await this.#index()
    const sealed = new Set([...bundles.values()].map(({ body }) => body))
    const needed = new Set([...sealed, ...partials.values()])
    for (const [key, body] of partials) if (sealed.has(body)) await this.#table.removeItem(PARTIAL + key)
    for (const key of keys) {
      const body = bodyOfPiece(key)
      if (body !== undefined && !needed.has(body)) await this.#table.removeItem(key)
    }
  }

  async openPartial(key: string): Promise<PartialBundle> {
    checkStoreName(key)
    this.#assertWrites()
    if (this.#held.has(key)) throw new StorageError(`The partial ${key} is already open`)
    this.#held.add(key)
    try {
      return await attempt(`open the partial ${key}`, () => this.#openPartial(key))
    } catch (error) {
      this.#held.delete(key)
      throw error
    }
  }

  async deletePartial(key: string): Promise<void> {
    checkStoreName(key)
    this.#assertWrites()
    await attempt(`delete the partial ${key}`, async () => {
      const body = await this.#table.getItem<string>(PARTIAL + key)
      await this.#table.removeItem(PARTIAL + key)
      if (body !== null) await this.#discard(body)
    })
  }

  async openBundle(address: string): Promise<BundleReader | undefined> {
    checkStoreName(address)
    const entry = await attempt(`open the bundle ${address}`, () => this.#table.getItem<BundleEntry>(BUNDLE + address))
    return entry === null ? undefined : this.#openReader(address, entry)
  }

  async deleteBundle(address: string): Promise<void> {
    checkStoreName(address)
    this.#assertWrites()
    await attempt(`delete the bundle ${address}`, async () => {
      const entry = await this.#table.getItem<BundleEntry>(BUNDLE + address)
      await this.#table.removeItem(BUNDLE + address)
      if (entry) await this.#discard(entry.body)
    })
  }

  /** A key has no time: what a newer release may have put there stays. */
  async deleteUnknown(): Promise<void> {
    this.#assertWrites()
  }

  list(): Promise<readonly StoreEntry[]> {
    return attempt('list what is stored', async () => {
      const { bundles, partials, keys } = await this.#index()
      const entries: StoreEntry[] = []
      for (const [name, { size }] of bundles) entries.push({ kind: 'bundle', name, sizeBytes: size })
      for (const [name, body] of partials) {
        entries.push({ kind: 'partial', name, sizeBytes: await this.#pieces(body).measure() })
      }
      const unknown = keys.filter((key) => !isOurs(key))
      return [...entries, ...unknown.map((name) => ({ kind: 'unknown', name, sizeBytes: 0 }) as const)]
    })
  }

  availableBytes(): Promise<number | undefined> {
    return estimateAvailableBytes()
  }

  async #openPartial(key: string): Promise<PartialBundle> {
    const known = await this.#table.getItem<string>(PARTIAL + key)
    const body = known ?? crypto.randomUUID()
    if (known === null) await this.#table.setItem(PARTIAL + key, body)
    const pieces = this.#pieces(body)
    return new PiecePartial({
      key,
      pieces,
      size: await pieces.measure(),
      seal: (address, size) => this.#seal(key, address, { body, size }),
      onClose: () => this.#held.delete(key),
    })
  }

  async #seal(key: string, address: string, entry: BundleEntry): Promise<void> {
    const before = await this.#table.getItem<BundleEntry>(BUNDLE + address)
    await this.#table.setItem(BUNDLE + address, entry)
    await this.#table.removeItem(PARTIAL + key)
    if (before) await this.#discard(before.body)
  }

  #openReader(address: string, { body, size }: BundleEntry): BundleReader {
    const pieces = this.#pieces(body)
    let closing: Promise<void> | undefined
    this.#readers.set(body, (this.#readers.get(body) ?? 0) + 1)
    return {
      size,
      read: (offset, length) =>
        attempt(`read the bundle ${address}`, () => pieces.read(offset, clip(offset, length, size))),
      close: () => {
        closing ??= attempt(`close the bundle ${address}`, () => this.#closeReader(body))
        return closing
      },
    }
  }

  async #closeReader(body: string): Promise<void> {
    const left = (this.#readers.get(body) ?? 1) - 1
    if (left > 0) return void this.#readers.set(body, left)
    this.#readers.delete(body)
    if (this.#unneeded.delete(body)) await this.#pieces(body).remove()
  }

  /** Whoever reads it here goes on reading it. */
  async #discard(body: string): Promise<void> {
    if (this.#readers.has(body)) this.#unneeded.add(body)
    else await this.#pieces(body).remove()
  }

  async #index() {
    const keys = await this.#table.keys()
    const bundles = new Map<string, BundleEntry>()
    const partials = new Map<string, string>()
    for (const key of [...keys].sort()) {
      if (key.startsWith(BUNDLE)) {
        const entry = await this.#table.getItem<BundleEntry>(key)
        if (entry) bundles.set(key.slice(BUNDLE.length), entry)
      }
      if (key.startsWith(PARTIAL)) {
        const body = await this.#table.getItem<string>(key)
        if (body !== null) partials.set(key.slice(PARTIAL.length), body)
      }
    }
    return { bundles, partials, keys }
  }

  #pieces(body: string): StoredPieces {
    return new StoredPieces(this.#table, body)
  }

  #assertWrites(): void {
    if (this.#writes) return
    throw new FencedError('This page does not lead the dock: it only reads', { epoch: 0, storedEpoch: 0 })
  }
}

interface PiecePartialOptions {
  readonly key: string
  readonly pieces: StoredPieces
  readonly size: number
  readonly seal: (address: string, size: number) => Promise<void>
  readonly onClose: () => void
}

/** One call after the other: a piece is read, changed and written back. */
class PiecePartial implements PartialBundle {
  readonly #options: PiecePartialOptions
  readonly #serially = createSerialQueue()
  #size: number
  #isClosed = false

  constructor(options: PiecePartialOptions) {
    this.#options = options
    this.#size = options.size
  }

  get size(): number {
    return this.#size
  }

  read(offset: number, length: number): Promise<Bytes> {
    return this.#use('read', () => this.#options.pieces.read(offset, clip(offset, length, this.#size)))
  }

  write(offset: number, bytes: Bytes): Promise<void> {
    return this.#use('write', async () => {
      await this.#options.pieces.write(offset, bytes)
      this.#size = Math.max(this.#size, offset + bytes.length)
    })
  }

  truncate(size: number): Promise<void> {
    return this.#use('resize', async () => {
      await this.#options.pieces.resize(size)
      this.#size = size
    })
  }

  flush(): Promise<void> {
    return this.#use('flush', async () => {})
  }

  async seal(address: string): Promise<void> {
    checkStoreName(address)
    await this.#use('seal', () => this.#options.seal(address, this.#size))
    await this.close()
  }

  close(): Promise<void> {
    return this.#serially(async () => {
      if (this.#isClosed) return
      this.#isClosed = true
      this.#options.onClose()
    })
  }

  #use<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const { key } = this.#options
    return this.#serially(() => {
      if (this.#isClosed) throw new StorageError(`The partial ${key} is closed`)
      return attempt(`${doing} the partial ${key}`, work)
    })
  }
}

function isOurs(key: string): boolean {
  return key.startsWith(BUNDLE) || key.startsWith(PARTIAL) || bodyOfPiece(key) !== undefined
}

function clip(offset: number, length: number, size: number): number {
  return Math.max(0, Math.min(length, size - offset))
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toBrowserStorageError(error, doing)
  }
}
