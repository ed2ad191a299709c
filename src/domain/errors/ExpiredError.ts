import { PluginDockError } from './PluginDockError.js'

/** The manifest's `expires` has passed. */
export class ExpiredError extends PluginDockError {
  override readonly name = 'ExpiredError'
  readonly code = 'expired'
  readonly expires: string

  constructor(message: string, details: { expires: string }, options?: ErrorOptions) {
    super(message, options)
    this.expires = details.expires
  }
}
