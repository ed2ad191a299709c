import { PluginDockError } from './PluginDockError.js'

/** The store cannot be read or written. */
export class StorageError extends PluginDockError {
  override readonly name = 'StorageError'
  readonly code = 'storage'
}
