import { PluginDockError } from './PluginDockError.js'

/** The address is not one that downloads are allowed from. */
export class UntrustedOriginError extends PluginDockError {
  override readonly name = 'UntrustedOriginError'
  readonly code = 'untrusted-origin'
  readonly url: string

  constructor(message: string, details: { url: string }, options?: ErrorOptions) {
    super(message, options)
    this.url = details.url
  }
}
