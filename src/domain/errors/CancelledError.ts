import { PluginDockError } from './PluginDockError.js'

/** The download was cancelled. */
export class CancelledError extends PluginDockError {
  override readonly name = 'CancelledError'
  readonly code = 'cancelled'
}
