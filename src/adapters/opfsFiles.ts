import { StorageError } from '../domain/errors/index.js'
import { pause, type Timers, withinTime } from '../domain/timeLimit.js'
import { isHeldElsewhere, isMissing, isOtherKind } from './domErrors.js'

/** Of dedicated workers only: the DOM library does not describe it. Old engines answer with promises. */
export interface SyncHandle {
  read(target: Uint8Array, options: { at: number }): number
  write(bytes: Uint8Array, options: { at: number }): number
  truncate(size: number): void | Promise<void>
  getSize(): number | Promise<number>
  flush(): void | Promise<void>
  close(): void | Promise<void>
}

/** A file of the origin private file system, with what the DOM library leaves out. */
export interface OpfsFile extends FileSystemFileHandle {
  createSyncAccessHandle(options?: { mode: 'readwrite' | 'read-only' }): Promise<SyncHandle>
  move?(folder: FileSystemDirectoryHandle, name: string): Promise<void>
}

const OPEN_LIMIT_MS = 5000
/** A handle's lock is freed a little after `close`, by this and other pages. */
const RETRY_DELAYS_MS = [5, 20, 50, 100, 200, 400]

/** The folder at `path`, made where it is missing. */
export async function openFolder(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemDirectoryHandle> {
  let folder = root
  for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true })
  return folder
}

/** `undefined` where there is none; a folder of that name is none. */
export async function findFile(folder: FileSystemDirectoryHandle, name: string): Promise<OpfsFile | undefined> {
  try {
    return asOpfsFile(await folder.getFileHandle(name))
  } catch (error) {
    if (isMissing(error) || isOtherKind(error)) return undefined
    throw error
  }
}

/** `false` where there is no folder of that name. */
export async function removeFolder(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getDirectoryHandle(name)
  } catch (error) {
    if (isMissing(error) || isOtherKind(error)) return false
    throw error
  }
  await folder.removeEntry(name, { recursive: true })
  return true
}

export async function makeFile(folder: FileSystemDirectoryHandle, name: string): Promise<OpfsFile> {
  return asOpfsFile(await folder.getFileHandle(name, { create: true }))
}

/** Everything in the folder, in the order of names. */
export async function entriesOf(folder: FileSystemDirectoryHandle): Promise<FileSystemHandle[]> {
  const found: FileSystemHandle[] = []
  const entries = folder.values()
  for (let next = await entries.next(); !next.done; next = await entries.next()) found.push(next.value)
  return found.sort((left, right) => (left.name < right.name ? -1 : 1))
}

export interface AboutFile {
  readonly sizeBytes: number
  /** Epoch ms. */
  readonly modifiedAt: number
}

/** `undefined` for what went away meanwhile, zeros for a folder. */
export async function aboutFile(entry: FileSystemHandle): Promise<AboutFile | undefined> {
  if (entry.kind !== 'file') return { sizeBytes: 0, modifiedAt: 0 }
  try {
    const { size, lastModified } = await asOpfsFile(entry).getFile()
    return { sizeBytes: size, modifiedAt: lastModified }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** `undefined` for what went away meanwhile. */
export async function sizeOf(entry: FileSystemHandle): Promise<number | undefined> {
  return (await aboutFile(entry))?.sizeBytes
}

/** Opens for writing, alone. Opening hung on a real engine, and a lock outlives its handle: so time and tries are limited. */
export async function openAlone(file: OpfsFile, timers: Timers): Promise<SyncHandle> {
  return patiently(timers, () => openWithin(file, 'readwrite', timers))
}

/** Opens beside other readers; rejects where the file is being written. */
export async function openShared(file: OpfsFile, timers: Timers): Promise<SyncHandle> {
  return openWithin(file, 'read-only', timers)
}

/** Whether handles can be shared by readers: engines that do not know the mode would take the file for themselves. */
export function sharesHandles(): boolean {
  const scope = globalThis as { FileSystemSyncAccessHandle?: { prototype: object } } // reason: only workers have it
  return scope.FileSystemSyncAccessHandle !== undefined && 'mode' in scope.FileSystemSyncAccessHandle.prototype
}

/** Whether this thread can write files of the origin private file system. */
export function hasSyncHandles(): boolean {
  const scope = globalThis as { FileSystemFileHandle?: { prototype: object } } // reason: not every engine has it
  return scope.FileSystemFileHandle !== undefined && 'createSyncAccessHandle' in scope.FileSystemFileHandle.prototype
}

/** Tries again for a while where somebody else has the file. */
export async function patiently<T>(
  timers: Timers,
  attempt: () => Promise<T>,
  delaysMs: readonly number[] = RETRY_DELAYS_MS,
): Promise<T> {
  for (const delayMs of delaysMs) {
    try {
      return await attempt()
    } catch (error) {
      if (!isHeldElsewhere(error)) throw error
      await pause(timers, delayMs)
    }
  }
  return attempt()
}

function openWithin(file: OpfsFile, mode: 'readwrite' | 'read-only', timers: Timers): Promise<SyncHandle> {
  return withinTime(file.createSyncAccessHandle({ mode }), {
    timers,
    limitMs: OPEN_LIMIT_MS,
    onLate: () => new StorageError(`Cannot open ${file.name}: the browser did not answer for ${OPEN_LIMIT_MS} ms`),
    discard: (handle) => handle.close(),
  })
}

function asOpfsFile(handle: FileSystemHandle): OpfsFile {
  return handle as OpfsFile // reason: the DOM library leaves out what workers can do with it
}
