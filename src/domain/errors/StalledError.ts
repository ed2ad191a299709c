import { PluginDockError } from './PluginDockError.js'

/** The source sent nothing for longer than the limit. */
export class StalledError extends PluginDockError {
  override readonly name = 'StalledError'
  readonly code = 'stalled'
  readonly url: string
  readonly afterMs: number

  constructor(message: string, details: { url: string; afterMs: number }, options?: ErrorOptions) {
    super(message, options)
    this.url = details.url
    this.afterMs = details.afterMs
  }
}
