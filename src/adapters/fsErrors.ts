import { PluginDockError, StorageError, StorageFullError } from '../domain/errors/index.js'

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'])
const TOO_MANY_FILES = new Set(['EMFILE', 'ENFILE'])

/** The system's code of a failed call, as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What a failed file system call means to a person. `doing` completes "Cannot ...", as `write the partial`. */
export function toStorageError(cause: unknown, doing: string, path: string): PluginDockError {
  if (cause instanceof PluginDockError) return cause
  const code = systemCode(cause) ?? ''
  const what = `Cannot ${doing} ${path}`
  if (NO_ROOM.has(code))
    return new StorageFullError(`${what}: the disk is full. Make room and try again.`, {}, { cause })
  return new StorageError(`${what}: ${reason(code, cause)} (${code || 'unknown'})`, { cause })
}

function reason(code: string, cause: unknown): string {
  if (code === 'ENOTDIR') return 'not writable, a part of the path is a file. Choose another directory.'
  if (code === 'EROFS') return 'not writable, the file system is read-only. Choose another directory.'
  if (NOT_WRITABLE.has(code))
    return 'not writable. Give this user the right to write there, or choose another directory.'
  if (TOO_MANY_FILES.has(code))
    return 'too many open files. Raise the limit (ulimit -n) or run fewer downloads at once.'
  if (code === 'EXDEV') return 'its folders lie on different disks. Choose a directory that lies on one.'
  if (code === 'EBUSY') return 'another program has it open. Close that and try again.'
  if (code === 'EIO') return 'the disk reports an error. Check it.'
  return cause instanceof Error ? cause.message : String(cause)
}
