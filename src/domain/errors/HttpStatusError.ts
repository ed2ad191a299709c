import { PluginDockError } from './PluginDockError.js'

/** The source answered with a status that is not the bytes asked for. */
export class HttpStatusError extends PluginDockError {
  override readonly name = 'HttpStatusError'
  readonly code = 'http-status'
  readonly url: string
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    details: { url: string; status: number; retryAfterMs?: number },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.url = details.url
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
  }
}
