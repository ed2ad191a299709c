import { PluginDockError } from './PluginDockError.js'

/** The bundle is no archive that plugdock accepts, or does not hold what was asked of it. */
export class ArchiveError extends PluginDockError {
  override readonly name = 'ArchiveError'
  readonly code = 'archive'
  readonly path: string | undefined

  constructor(message: string, details: { path?: string }, options?: ErrorOptions) {
    super(message, options)
    this.path = details.path
  }
}
