import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import type { BundleReader, BundleStore, PartialBundle, StoreEntry } from '../ports/bundleStore.js'
import {
  attempt,
  type ExpoDirectory,
  type ExpoFile,
  type ExpoFileHandle,
  type ExpoFileSystem,
  fileIn,
  filesIn,
  isFile,
  makeFolder,
  removeFile,
} from './expoFileSystem.js'
import { checkStoreName, isStoreName } from './storeNames.js'

export interface ExpoBundleStoreOptions {
  readonly fileSystem: ExpoFileSystem
  /** Where everything of one dock lies, as a `file:` URL. */
  readonly directoryUri: string
}

const PARTIAL_SUFFIX = '.part'
const BUNDLE = /^([a-z0-9-]{1,128})\.(\d{1,9})\.bundle$/
/** So much is copied at once where a file has to become shorter. */
const COPY_BYTES = 1024 * 1024

/**
 * Bundles as `<directory>/bundles/<address>.<generation>.bundle`, partials as `<key>.part` beside them. iOS replaces no
 * file in one step, so a seal takes the next generation by a rename, and removes the one before only then: the highest
 * is the bundle. Files of `expo-file-system` cannot be synced: what was written outlives the app at once, and a power
 * cut only as far as the system wrote it by itself. A bundle that lost bytes so is found when it is read.
 */
export function createExpoBundleStore({ fileSystem, directoryUri }: ExpoBundleStoreOptions): BundleStore {
  return new ExpoBundleStore(fileSystem, `${directoryUri.replace(/\/+$/, '')}/bundles`)
}

class ExpoBundleStore implements BundleStore {
  readonly system: ExpoFileSystem
  readonly uri: string
  readonly #held = new Set<string>()
  /** The highest generation of each address, once it was looked. */
  #generations: Map<string, number> | undefined
  #isMade = false

  constructor(system: ExpoFileSystem, uri: string) {
    this.system = system
    this.uri = uri
  }

  async openPartial(key: string): Promise<PartialBundle> {
    checkStoreName(key)
    const file = fileIn(this, key + PARTIAL_SUFFIX)
    if (this.#held.has(key)) throw new StorageError(`The partial ${file.uri} is already open`)
    if (!this.#isMade) makeFolder(this)
    this.#isMade = true
    const partial = attempt('open the partial', file.uri, () => new ExpoPartial(this, key, file))
    this.#held.add(key)
    return partial
  }

  async deletePartial(key: string): Promise<void> {
    checkStoreName(key)
    removeFile(fileIn(this, key + PARTIAL_SUFFIX))
  }

  async openBundle(address: string): Promise<BundleReader | undefined> {
    checkStoreName(address)
    const generation = this.#known().get(address)
    if (generation === undefined) return undefined
    const file = fileIn(this, bundleName(address, generation))
    return attempt('open the bundle', file.uri, () => (file.exists ? readerOf(new OpenFile(file)) : undefined))
  }

  async deleteBundle(address: string): Promise<void> {
    checkStoreName(address)
    const generation = this.#known().get(address)
    if (generation === undefined) return
    removeFile(fileIn(this, bundleName(address, generation)))
    this.#known().delete(address)
  }

  async deleteUnknown(name: string): Promise<void> {
    for (const entry of filesIn(this)) {
      if (entry.name === name && isFile(entry) && describe(entry).kind === 'unknown') removeFile(entry)
    }
  }

  async list(): Promise<readonly StoreEntry[]> {
    this.#generations = undefined
    this.#known()
    const entries = filesIn(this).map(describe)
    return entries.sort((left, right) => (rankOf(left) < rankOf(right) ? -1 : 1))
  }

  async availableBytes(): Promise<number | undefined> {
    try {
      const bytes = this.system.Paths.availableDiskSpace
      return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
    } catch {
      return undefined
    }
  }

  /** Makes a closed partial the bundle: by one rename, to a name that nothing has. */
  publish(file: ExpoFile, address: string): void {
    const before = this.#known().get(address)
    const generation = (before ?? 0) + 1
    attempt('seal the bundle', file.uri, () => file.rename(bundleName(address, generation)))
    this.#known().set(address, generation)
    if (before !== undefined) removeFile(fileIn(this, bundleName(address, before)))
  }

  release(key: string): void {
    this.#held.delete(key)
  }

  /** Removes generations that a process left behind when it died between a seal's rename and its delete. */
  #known(): Map<string, number> {
    if (this.#generations) return this.#generations
    const highest = new Map<string, number>()
    const outlived: string[] = []
    for (const { name } of filesIn(this).filter(isFile)) {
      const bundle = bundleOf(name)
      if (!bundle) continue
      const other = highest.get(bundle.address)
      highest.set(bundle.address, Math.max(bundle.generation, other ?? 0))
      if (other !== undefined) outlived.push(bundleName(bundle.address, Math.min(bundle.generation, other)))
    }
    for (const name of outlived) removeFile(fileIn(this, name))
    this.#generations = highest
    return highest
  }
}

function bundleName(address: string, generation: number): string {
  return `${address}.${generation}.bundle`
}

function bundleOf(name: string): { readonly address: string; readonly generation: number } | undefined {
  const [, address, generation] = BUNDLE.exec(name) ?? []
  return address === undefined ? undefined : { address, generation: Number(generation) }
}

function describe(entry: ExpoFile | ExpoDirectory): StoreEntry {
  const { name } = entry
  if (!isFile(entry)) return { kind: 'unknown', name, sizeBytes: 0 }
  const sizeBytes = entry.size
  const key = name.endsWith(PARTIAL_SUFFIX) ? name.slice(0, -PARTIAL_SUFFIX.length) : ''
  if (isStoreName(key)) return { kind: 'partial', name: key, sizeBytes }
  const bundle = bundleOf(name)
  if (bundle) return { kind: 'bundle', name: bundle.address, sizeBytes }
  return { kind: 'unknown', name, sizeBytes, modifiedAt: entry.modificationTime ?? 0 }
}

/** Bundles first. */
function rankOf({ kind, name }: StoreEntry): string {
  return `${['bundle', 'partial', 'unknown'].indexOf(kind)}${name}`
}

/** One native handle. A handle that is closed is asked nothing: iOS ends the app for that. */
class OpenFile {
  readonly path: string
  readonly #handle: ExpoFileHandle
  #isOpen = true

  constructor(file: ExpoFile) {
    this.path = file.uri
    this.#handle = file.open()
  }

  get size(): number {
    return this.#handle.size ?? 0
  }

  read(offset: number, length: number): Bytes {
    return this.#ask('read', () => {
      this.#handle.offset = offset
      const bytes = this.#handle.readBytes(length)
      return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
    })
  }

  write(offset: number, bytes: Bytes): void {
    this.#ask('write', () => {
      this.#handle.offset = offset
      this.#handle.writeBytes(bytes)
    })
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    attempt('close', this.path, () => this.#handle.close())
  }

  assertOpen(): void {
    if (!this.#isOpen) throw new StorageError(`${this.path} is closed`)
  }

  #ask<T>(doing: string, work: () => T): T {
    this.assertOpen()
    return attempt(doing, this.path, work)
  }
}

function readerOf(file: OpenFile): BundleReader {
  const { size } = file
  return {
    size,
    read: async (offset, length) => file.read(offset, clip(offset, length, size)),
    close: async () => file.close(),
  }
}

function clip(offset: number, length: number, size: number): number {
  return Math.max(0, Math.min(length, size - offset))
}

class ExpoPartial implements PartialBundle {
  readonly #store: ExpoBundleStore
  readonly #key: string
  readonly #path: ExpoFile
  #file: OpenFile
  #isHeld = true
  size: number

  constructor(store: ExpoBundleStore, key: string, path: ExpoFile) {
    if (!path.exists) path.create()
    this.#store = store
    this.#key = key
    this.#path = path
    this.#file = new OpenFile(path)
    this.size = this.#file.size
  }

  async read(offset: number, length: number): Promise<Bytes> {
    return this.#file.read(offset, clip(offset, length, this.size))
  }

  async write(offset: number, bytes: Bytes): Promise<void> {
    if (bytes.length === 0) return this.#file.assertOpen()
    this.#file.write(offset, bytes)
    this.size = Math.max(this.size, offset + bytes.length)
  }

  /** By a copy of what stays: a handle makes nothing shorter. Who dies meanwhile has no partial any more. */
  async truncate(size: number): Promise<void> {
    if (size >= this.size) return
    const shorter = fileIn(this.#store, `${this.#key}.shorter`)
    removeFile(shorter)
    attempt('resize', this.#path.uri, () => {
      shorter.create()
      this.#copyTo(new OpenFile(shorter), size)
      this.#file.close()
      this.#path.delete()
      shorter.rename(this.#key + PARTIAL_SUFFIX)
      this.#file = new OpenFile(fileIn(this.#store, this.#key + PARTIAL_SUFFIX))
    })
    this.size = size
  }

  /** There is nothing that would: see {@link createExpoBundleStore}. */
  async flush(): Promise<void> {
    this.#file.assertOpen()
  }

  async seal(address: string): Promise<void> {
    checkStoreName(address)
    this.#file.assertOpen()
    await this.close()
    this.#store.publish(fileIn(this.#store, this.#key + PARTIAL_SUFFIX), address)
  }

  async close(): Promise<void> {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#store.release(this.#key)
    this.#file.close()
  }

  #copyTo(target: OpenFile, size: number): void {
    try {
      for (let at = 0; at < size; at += COPY_BYTES) {
        target.write(at, this.#file.read(at, Math.min(COPY_BYTES, size - at)))
      }
    } finally {
      target.close()
    }
  }
}
