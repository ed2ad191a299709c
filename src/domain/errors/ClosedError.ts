import { PluginDockError } from './PluginDockError.js'

/** The dock was closed. */
export class ClosedError extends PluginDockError {
  override readonly name = 'ClosedError'
  readonly code = 'closed'
}
