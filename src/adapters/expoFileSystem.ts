import { PluginDockError, StorageError, StorageFullError } from '../domain/errors/index.js'

/** What the stores ask of `expo-file-system`: all of it, so that tests can stand between. Everything is synchronous. */
export interface ExpoFileSystem {
  readonly File: new (...parts: string[]) => ExpoFile
  readonly Directory: new (...parts: string[]) => ExpoDirectory
  readonly Paths: { readonly document: ExpoDirectory; readonly availableDiskSpace: number }
}

export interface ExpoFile {
  readonly uri: string
  readonly name: string
  readonly exists: boolean
  /** 0 where there is none. */
  readonly size: number
  readonly modificationTime: number | null
  create(): void
  delete(): void
  /** Within its directory. Throws where something of that name is there: iOS replaces nothing in one step. */
  rename(name: string): void
  open(): ExpoFileHandle
  write(content: string): void
  textSync(): string
}

export interface ExpoDirectory {
  readonly uri: string
  readonly name: string
  readonly exists: boolean
  create(options: { readonly intermediates: boolean; readonly idempotent: boolean }): void
  list(): (ExpoFile | ExpoDirectory)[]
}

/** For reading and writing. It has neither a sync to the disk nor a way to make a file shorter. */
export interface ExpoFileHandle {
  /** May be set past the end: what lies between is zeros then. */
  offset: number | null
  readonly size: number | null
  readBytes(length: number): Uint8Array<ArrayBuffer>
  writeBytes(bytes: Uint8Array): void
  close(): void
}

/** A folder of a store: made when it is needed. */
export interface ExpoFolder {
  readonly system: ExpoFileSystem
  readonly uri: string
}

/** The native modules give words, and no codes. */
const NO_ROOM = /ENOSPC|EDQUOT|no space left|n.t enough (free |disk |storage )?space|disk is full|quota exceeded/i

/** What a failed call means to a person. `doing` completes "Cannot ...", as `write the partial`. */
export function toExpoStorageError(cause: unknown, doing: string, path: string): PluginDockError {
  if (cause instanceof PluginDockError) return cause
  const words = cause instanceof Error ? cause.message : String(cause)
  const what = `Cannot ${doing} ${path}`
  if (NO_ROOM.test(words))
    return new StorageFullError(`${what}: the device is full. Make room and try again.`, {}, { cause })
  return new StorageError(`${what}: ${words}`, { cause })
}

/** Calls `work`; what it throws becomes a `StorageError` or a `StorageFullError`. */
export function attempt<T>(doing: string, path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw toExpoStorageError(cause, doing, path)
  }
}

export function makeFolder({ system, uri }: ExpoFolder): void {
  attempt('make the directory', uri, () => new system.Directory(uri).create({ intermediates: true, idempotent: true }))
}

export function fileIn({ system, uri }: ExpoFolder, name: string): ExpoFile {
  return new system.File(uri, name)
}

/** Everything in it; nothing where it does not exist. */
export function filesIn({ system, uri }: ExpoFolder): (ExpoFile | ExpoDirectory)[] {
  return attempt('list', uri, () => {
    const directory = new system.Directory(uri)
    return directory.exists ? directory.list() : []
  })
}

export function isFile(entry: ExpoFile | ExpoDirectory): entry is ExpoFile {
  return 'open' in entry
}

/** Nothing to delete is no failure. */
export function removeFile(file: ExpoFile): void {
  attempt('delete', file.uri, () => {
    if (file.exists) file.delete()
  })
}
