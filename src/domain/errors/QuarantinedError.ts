import { PluginDockError } from './PluginDockError.js'

/** The version failed its trial and is not loaded again until its quarantine ends. */
export class QuarantinedError extends PluginDockError {
  override readonly name = 'QuarantinedError'
  readonly code = 'quarantined'
  readonly pluginId: string
  readonly version: string
  readonly until: number

  constructor(message: string, details: { pluginId: string; version: string; until: number }, options?: ErrorOptions) {
    super(message, options)
    this.pluginId = details.pluginId
    this.version = details.version
    this.until = details.until
  }
}
