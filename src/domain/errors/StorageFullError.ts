import type { EvictionPlan } from '../evictionPlan.js'
import { PluginDockError } from './PluginDockError.js'

/** The store has no room for what is to be written. */
export class StorageFullError extends PluginDockError {
  override readonly name = 'StorageFullError'
  readonly code = 'storage-full'
  readonly bytesNeeded: number | undefined
  /** Set where not even an empty store would do. */
  readonly budgetBytes: number | undefined
  /** What could be removed to make room; it is not enough. */
  readonly plan: EvictionPlan | undefined

  constructor(
    message: string,
    details: { bytesNeeded?: number; budgetBytes?: number; plan?: EvictionPlan },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.bytesNeeded = details.bytesNeeded
    this.budgetBytes = details.budgetBytes
    this.plan = details.plan
  }
}
