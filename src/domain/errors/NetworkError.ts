import { PluginDockError } from './PluginDockError.js'

/** The source could not be reached, broke off, or answered something that is no HTTP answer to what was asked. */
export class NetworkError extends PluginDockError {
  override readonly name = 'NetworkError'
  readonly code = 'network'
  readonly url: string

  constructor(message: string, details: { url: string }, options?: ErrorOptions) {
    super(message, options)
    this.url = details.url
  }
}
