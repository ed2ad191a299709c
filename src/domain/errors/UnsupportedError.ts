import { PluginDockError } from './PluginDockError.js'

/** This host cannot do what was asked. */
export class UnsupportedError extends PluginDockError {
  override readonly name = 'UnsupportedError'
  readonly code = 'unsupported'
}
