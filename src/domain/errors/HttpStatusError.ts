import { PluginDockError } from './PluginDockError.js'

/** The source answered with a status that is not the bytes asked for. */
export class HttpStatusError extends PluginDockError {
  override readonly name = 'HttpStatusError'
  readonly code = 'http-status'
  readonly url: string
  readonly status: number
  readonly retryAfterMs: number | undefined
  /** Whether a fresh link was asked for, and none came that works: one may come later. */
  readonly awaitsLink: boolean

  constructor(
    message: string,
    details: { url: string; status: number; retryAfterMs?: number; awaitsLink?: boolean },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.url = details.url
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
    this.awaitsLink = details.awaitsLink ?? false
  }
}
