import { PluginDockError } from './PluginDockError.js'

/** The manifest cannot be used; `issues` lists each fault with its path. */
export class ManifestError extends PluginDockError {
  override readonly name = 'ManifestError'
  readonly code = 'manifest'
  readonly issues: readonly string[]
  readonly url: string | undefined
  /** Whether a web page was the answer, as from a network that wants one to sign in, or at a wrong URL. */
  readonly isWebPage: boolean

  constructor(
    message: string,
    details: { issues: readonly string[]; url?: string; isWebPage?: boolean },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.issues = details.issues
    this.url = details.url
    this.isWebPage = details.isWebPage ?? false
  }
}
