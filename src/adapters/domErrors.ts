import { PluginDockError, StorageError, StorageFullError } from '../domain/errors/index.js'

/** The name of what a browser's storage threw, as `NotFoundError`. */
export function domErrorName(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** Somebody has a handle of the file open, in this page or another. */
export function isHeldElsewhere(error: unknown): boolean {
  return domErrorName(error) === 'NoModificationAllowedError'
}

export function isMissing(error: unknown): boolean {
  return domErrorName(error) === 'NotFoundError'
}

/** A folder is where a file should be, or the other way round. */
export function isOtherKind(error: unknown): boolean {
  return domErrorName(error) === 'TypeMismatchError'
}

/** What a database throws that the browser closed, or whose transaction it ended, by no fault of ours: nothing of it happened. */
export function isPassing(error: unknown): boolean {
  return PASSING.has(domErrorName(error))
}

const PASSING = new Set(['InvalidStateError', 'AbortError', 'UnknownError'])

/** The browser lost what is stored: Chromium keeps large values of IndexedDB in files of their own. */
export function isUnreadable(error: unknown): boolean {
  return UNREADABLE.has(domErrorName(error))
}

const UNREADABLE = new Set(['NotReadableError', 'DataError'])

/** What a failed call to a browser's storage means to a person. `doing` completes "Cannot ...", as `write the partial`. */
export function toBrowserStorageError(cause: unknown, doing: string): PluginDockError {
  if (cause instanceof PluginDockError) return cause
  if (domErrorName(cause) === 'QuotaExceededError')
    return new StorageFullError(`Cannot ${doing}: this site's storage is full. Make room and try again.`, {}, { cause })
  const text = cause instanceof Error ? cause.message : String(cause)
  return new StorageError(`Cannot ${doing}: ${text} (${domErrorName(cause) || 'unknown'})`, { cause })
}
