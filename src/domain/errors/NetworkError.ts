import { PluginDockError } from './PluginDockError.js'

/** The source could not be reached, broke off, or answered something that is no HTTP answer to what was asked. */
export class NetworkError extends PluginDockError {
  override readonly name = 'NetworkError'
  readonly code = 'network'
  readonly url: string
  /** Whether the platform does not say why: it may have refused the answer, or the question, by itself. */
  readonly isUnexplained: boolean

  /** Whether a web page was the answer, as from a network that wants one to sign in. */
  readonly isWebPage: boolean

  constructor(
    message: string,
    details: { url: string; isUnexplained?: boolean; isWebPage?: boolean },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.url = details.url
    this.isUnexplained = details.isUnexplained ?? false
    this.isWebPage = details.isWebPage ?? false
  }
}
