import { PluginDockError } from './PluginDockError.js'

/** The store has no room for what is to be written. */
export class StorageFullError extends PluginDockError {
  override readonly name = 'StorageFullError'
  readonly code = 'storage-full'
  readonly bytesNeeded: number | undefined
  readonly budgetBytes: number | undefined

  constructor(message: string, details: { bytesNeeded?: number; budgetBytes?: number }, options?: ErrorOptions) {
    super(message, options)
    this.bytesNeeded = details.bytesNeeded
    this.budgetBytes = details.budgetBytes
  }
}
