import { constants } from 'node:fs'
import * as nodeFileSystem from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { BundleReader, BundleStore, PartialBundle } from '../ports/bundleStore.js'
import { FolderSyncs } from './folderSyncs.js'
import { systemCode, toStorageError } from './fsErrors.js'
import { deleteUnknown, type Folders, listFolders, PARTIAL_SUFFIX, remove } from './fsListing.js'
import { patiently } from './fsPatience.js'
import { Syncing } from './fsSyncing.js'
import { type FileHandle, type FileSystem, statOrClose, syncDirectory } from './fsSystem.js'
import { RestingFiles } from './restingFiles.js'
import { checkStoreName } from './storeNames.js'

export interface FsBundleStoreOptions {
  readonly directory: string
  /** @default Node's */
  readonly fileSystem?: FileSystem
  /** For partials that open again in a moment, and stay open meanwhile. @default none does */
  readonly timers?: Timers
}

export interface FsBundleStore extends BundleStore {
  /** Closes what is open only because it may be wanted again. */
  letGo(): Promise<void>
}

/**
 * Bundles as `<directory>/bundles/<address>`, partials as `<directory>/partials/<key>.part`. A seal is a data sync,
 * a rename and a sync of both directories, in this order. Makes its directories when it needs them.
 */
export function createFsBundleStore({
  directory,
  fileSystem: system = nodeFileSystem,
  timers,
}: FsBundleStoreOptions): FsBundleStore {
  const [bundles, partials] = [join(directory, 'bundles'), join(directory, 'partials')]
  const folders: Folders = { system, root: directory, bundles, partials }
  const resting = timers && new RestingFiles<PartialFile>(timers, ({ file }) => file.close())
  const restingFolders = timers && new RestingFiles<FileHandle>(timers, (folder) => folder.close())
  const store: PartialStore = { folders, held: new Set(), resting, syncs: new FolderSyncs(system, restingFolders) }
  let making: Promise<void> | undefined
  const make = (): Promise<void> => {
    making ??= makeFolders(folders).catch((error: unknown) => {
      making = undefined
      throw error
    })
    return making
  }
  return {
    openPartial: (key) => openPartial(store, key, make),
    deletePartial: async (key) => {
      const path = partialPath(folders, key)
      await resting?.letGo(key)
      await remove(system, path)
    },
    openBundle: async (address) => openBundle(system, bundlePath(folders, address)),
    deleteBundle: async (address) => remove(system, bundlePath(folders, address)),
    deleteUnknown: (name) => deleteUnknown(folders, name),
    list: () => listFolders(folders),
    availableBytes: () => availableBytes(system, directory),
    letGo: async () => {
      await Promise.all([resting?.letGoOfAll(), restingFolders?.letGoOfAll()])
    },
  }
}

function bundlePath(folders: Folders, address: string): string {
  checkStoreName(address)
  return join(folders.bundles, address)
}

function partialPath(folders: Folders, key: string): string {
  checkStoreName(key)
  return join(folders.partials, key + PARTIAL_SUFFIX)
}

/** What all partials of a store share. */
interface PartialStore {
  readonly folders: Folders
  /** Keys of those that somebody has. */
  readonly held: Set<string>
  readonly resting: RestingFiles<PartialFile> | undefined
  readonly syncs: FolderSyncs
}

interface PartialFile {
  readonly file: FileHandle
  readonly path: string
  readonly syncing: Syncing
  size: number
}

async function openPartial(store: PartialStore, key: string, makeFolders: () => Promise<void>): Promise<PartialBundle> {
  const { folders, held, resting } = store
  const path = partialPath(folders, key)
  if (held.has(key)) throw new StorageError(`The partial ${path} is already open`)
  held.add(key)
  try {
    await makeFolders()
    const rested = await resting?.take(key)
    return partialOver(rested ?? (await openFile(folders.system, path)), key, store)
  } catch (error) {
    held.delete(key)
    throw toStorageError(error, 'open the partial', path)
  }
}

async function openFile(system: FileSystem, path: string): Promise<PartialFile> {
  const file = await system.open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  const { size } = await statOrClose(file)
  return { file, path, size, syncing: new Syncing(file, path) }
}

/**
 * The directories are made durable with the first partial, so that a seal only needs to sync those it changes. Also
 * where they are there already: whoever made them may have died before.
 */
async function makeFolders({ system, root, bundles, partials }: Folders): Promise<void> {
  await system.mkdir(bundles, { recursive: true })
  await system.mkdir(partials, { recursive: true })
  await syncDirectory(system, root)
  // one above may be nobody's to open here
  await syncDirectory(system, dirname(root)).catch(() => {})
}

function partialOver(partial: PartialFile, key: string, store: PartialStore): PartialBundle {
  const { syncing } = partial
  const { held, resting } = store
  let closing: Promise<void> | undefined
  const release = (): void => void held.delete(key)
  const close = (hint = { opensAgain: false }): Promise<void> => {
    closing ??= resting && hint.opensAgain ? rest(resting) : closeFile(partial).finally(release)
    return closing
  }
  const rest = async (files: RestingFiles<PartialFile>): Promise<void> => {
    files.keep(key, partial)
    release()
  }
  return {
    get size() {
      return partial.size
    },
    read: (offset, length) => readExactly(partial.file, partial.path, offset, clip(offset, length, partial.size)),
    write: (offset, bytes) => write(partial, offset, bytes),
    truncate: (size) => truncate(partial, size),
    flush: () => syncing.flush(),
    seal: async (address) => seal(partial, bundlePath(store.folders, address), close, store),
    close,
  }
}

async function closeFile({ file, path, syncing }: PartialFile): Promise<void> {
  await syncing.settled()
  await attempt(file.close(), 'close', path)
}

async function write(partial: PartialFile, offset: number, bytes: Bytes): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const call = partial.file.write(bytes, done, bytes.length - done, offset + done)
    done += (await attempt(call, 'write', partial.path)).bytesWritten
    partial.size = Math.max(partial.size, offset + done)
  }
  partial.syncing.count(bytes.length)
}

async function truncate(partial: PartialFile, size: number): Promise<void> {
  await attempt(partial.file.truncate(size), 'resize', partial.path)
  partial.size = size
}

async function seal(
  partial: PartialFile,
  bundle: string,
  close: () => Promise<void>,
  { folders: { system, bundles, partials }, syncs }: PartialStore,
): Promise<void> {
  await partial.syncing.flush()
  await close()
  try {
    const rename = () => system.rename(partial.path, bundle)
    await patiently(rename).catch((error: unknown) => renameOverFolder(system, error, bundle, rename))
    await syncs.sync(bundles)
    await syncs.sync(partials)
  } catch (error) {
    throw toStorageError(error, 'seal the bundle', bundle)
  }
}

/** A folder where a bundle should be is nothing of ours. */
async function renameOverFolder(
  system: FileSystem,
  error: unknown,
  path: string,
  rename: () => Promise<void>,
): Promise<void> {
  if (!(await system.lstat(path).catch(() => undefined))?.isDirectory()) throw error
  await system.rm(path, { recursive: true })
  await rename()
}

async function openBundle(system: FileSystem, path: string): Promise<BundleReader | undefined> {
  try {
    const file = await system.open(path, constants.O_RDONLY)
    const stats = await statOrClose(file)
    if (!stats.isFile()) return await file.close().then(() => undefined)
    const { size } = stats
    return {
      size,
      read: (offset, length) => readExactly(file, path, offset, clip(offset, length, size)),
      close: closeOnce(file, path),
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw toStorageError(error, 'open the bundle', path)
  }
}

function clip(offset: number, length: number, size: number): number {
  return Math.max(0, Math.min(length, size - offset))
}

/** One `read` may bring less than it was asked for. */
async function readExactly(file: FileHandle, path: string, offset: number, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await attempt(file.read(bytes, filled, length - filled, offset + filled), 'read', path)
    if (bytesRead === 0) return bytes.slice(0, filled)
    filled += bytesRead
  }
  return bytes
}

function closeOnce(file: FileHandle, path: string): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= attempt(file.close(), 'close', path)
    return closing
  }
}

async function availableBytes(system: FileSystem, directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await system.statfs(directory)
    return bavail * bsize
  } catch {
    return undefined
  }
}

async function attempt<T>(call: Promise<T>, doing: string, path: string): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw toStorageError(error, doing, path)
  }
}
