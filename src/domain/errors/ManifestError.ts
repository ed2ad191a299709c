import { PluginDockError } from './PluginDockError.js'

/** The manifest cannot be used; `issues` lists each fault with its path. */
export class ManifestError extends PluginDockError {
  override readonly name = 'ManifestError'
  readonly code = 'manifest'
  readonly issues: readonly string[]
  readonly url: string | undefined

  constructor(message: string, details: { issues: readonly string[]; url?: string }, options?: ErrorOptions) {
    super(message, options)
    this.issues = details.issues
    this.url = details.url
  }
}
