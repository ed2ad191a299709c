import { CancelledError, PluginDockError, StorageError, StorageFullError } from '../domain/errors/index.js'

/** What packing rejects with: the file system's own errors become typed ones, faults of ours stay what they are. */
export function toPackingError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new CancelledError('Packing was cancelled; nothing was written', { cause: error })
  if (error instanceof PluginDockError || !isSystemError(error)) return error
  const at = error.path ?? 'the output folder'
  switch (error.code) {
    case 'ENOENT':
      return new StorageError(`There is nothing at ${at}`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new StorageError(`No permission for ${at}`, { cause: error })
    case 'ENOSPC':
      return new StorageFullError('The disk is full; nothing was written', {}, { cause: error })
    default:
      return new StorageError(`Cannot pack: ${error.message}`, { cause: error })
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
