import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import type { BundleReader, BundleStore, PartialBundle, StoreEntry } from '../ports/bundleStore.js'
import { systemCode, toStorageError } from './fsErrors.js'
import { Syncing } from './fsSyncing.js'
import { checkStoreName, isStoreName } from './storeNames.js'

const PARTIAL_SUFFIX = '.part'

/** Where everything of one store lies. */
interface Folders {
  readonly root: string
  readonly bundles: string
  readonly partials: string
}

/**
 * Bundles as `<directory>/bundles/<address>`, partials as `<directory>/partials/<key>.part`. A seal is a data sync,
 * a rename and a sync of both directories, in this order. Makes its directories when it needs them.
 */
export function createFsBundleStore({ directory }: { readonly directory: string }): BundleStore {
  const folders = { root: directory, bundles: join(directory, 'bundles'), partials: join(directory, 'partials') }
  const held = new Set<string>()
  return {
    openPartial: (key) => openPartial(folders, held, key),
    deletePartial: async (key) => remove(partialPath(folders, key)),
    openBundle: async (address) => openBundle(bundlePath(folders, address)),
    deleteBundle: async (address) => remove(bundlePath(folders, address)),
    list: async () => [...(await listBundles(folders.bundles)), ...(await listPartials(folders.partials))],
    availableBytes: () => availableBytes(directory),
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

async function openPartial(folders: Folders, held: Set<string>, key: string): Promise<PartialBundle> {
  const path = partialPath(folders, key)
  if (held.has(key)) throw new StorageError(`The partial ${path} is already open`)
  held.add(key)
  try {
    await makeFolders(folders)
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
    const { size } = await file.stat()
    const syncing = new Syncing(file, path)
    return partialOver({ file, path, size, folders, syncing, release: () => held.delete(key) })
  } catch (error) {
    held.delete(key)
    throw toStorageError(error, 'open the partial', path)
  }
}

/** New directories are made durable with the first partial, so that a seal only needs to sync the directories it changes. */
async function makeFolders(folders: Folders): Promise<void> {
  const made = [await mkdir(folders.bundles, { recursive: true }), await mkdir(folders.partials, { recursive: true })]
  if (made.some((path) => path !== undefined)) await syncDirectory(folders.root)
}

interface OpenPartial {
  readonly file: FileHandle
  readonly path: string
  readonly folders: Folders
  readonly syncing: Syncing
  readonly release: () => void
  size: number
}

function partialOver(partial: OpenPartial): PartialBundle {
  const { syncing } = partial
  const close = closeOnce(partial.file, partial.path, partial.release, () => syncing.settled())
  return {
    get size() {
      return partial.size
    },
    read: (offset, length) => readExactly(partial.file, partial.path, offset, clip(offset, length, partial.size)),
    write: (offset, bytes) => write(partial, offset, bytes),
    truncate: (size) => truncate(partial, size),
    flush: () => syncing.flush(),
    seal: async (address) => seal(partial, bundlePath(partial.folders, address), close),
    close,
  }
}

async function write(partial: OpenPartial, offset: number, bytes: Bytes): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const call = partial.file.write(bytes, done, bytes.length - done, offset + done)
    done += (await attempt(call, 'write', partial.path)).bytesWritten
    partial.size = Math.max(partial.size, offset + done)
  }
  partial.syncing.count(bytes.length)
}

async function truncate(partial: OpenPartial, size: number): Promise<void> {
  await attempt(partial.file.truncate(size), 'resize', partial.path)
  partial.size = size
}

async function seal(partial: OpenPartial, bundle: string, close: () => Promise<void>): Promise<void> {
  await partial.syncing.flush()
  await close()
  try {
    await rename(partial.path, bundle).catch((error: unknown) => renameOverFolder(error, partial.path, bundle))
    await syncDirectory(partial.folders.bundles)
    await syncDirectory(partial.folders.partials)
  } catch (error) {
    throw toStorageError(error, 'seal the bundle', bundle)
  }
}

/** A folder where a bundle should be is nothing of ours. */
async function renameOverFolder(error: unknown, from: string, to: string): Promise<void> {
  if (!(await lstat(to).catch(() => undefined))?.isDirectory()) throw error
  await rm(to, { recursive: true })
  await rename(from, to)
}

async function openBundle(path: string): Promise<BundleReader | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY)
    const stats = await file.stat()
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

function closeOnce(
  file: FileHandle,
  path: string,
  then: () => void = () => {},
  idle: () => Promise<void> = async () => {},
): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= idle()
      .then(() => attempt(file.close(), 'close', path))
      .finally(then)
    return closing
  }
}

async function listBundles(folder: string): Promise<StoreEntry[]> {
  return listFolder(folder, (name) => (isStoreName(name) ? { kind: 'bundle', name } : undefined))
}

async function listPartials(folder: string): Promise<StoreEntry[]> {
  return listFolder(folder, (fileName) => {
    const name = fileName.endsWith(PARTIAL_SUFFIX) ? fileName.slice(0, -PARTIAL_SUFFIX.length) : ''
    return isStoreName(name) ? { kind: 'partial', name } : undefined
  })
}

type Named = Pick<StoreEntry, 'kind' | 'name'>

async function listFolder(folder: string, recognise: (name: string) => Named | undefined): Promise<StoreEntry[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw toStorageError(error, 'list', folder)
  })
  const entries = await Promise.all(names.sort().map((name) => describeEntry(folder, name, recognise)))
  return entries.filter((entry) => entry !== undefined)
}

/** `undefined` for what went away since the folder was read. */
async function describeEntry(
  folder: string,
  name: string,
  recognise: (name: string) => Named | undefined,
): Promise<StoreEntry | undefined> {
  try {
    const stats = await lstat(join(folder, name))
    const known = stats.isFile() ? recognise(name) : undefined
    return { ...(known ?? { kind: 'unknown', name }), sizeBytes: stats.size }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw toStorageError(error, 'look at', join(folder, name))
  }
}

async function availableBytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  } catch {
    return undefined
  }
}

async function remove(path: string): Promise<void> {
  await attempt(rm(path, { force: true }), 'delete', path)
}

/** Windows opens no directory; its file system journals renames by itself. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function attempt<T>(call: Promise<T>, doing: string, path: string): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw toStorageError(error, doing, path)
  }
}
