import { PluginDockError } from './PluginDockError.js'

/** The version lies below the highest one that was confirmed healthy here. */
export class DowngradeError extends PluginDockError {
  override readonly name = 'DowngradeError'
  readonly code = 'downgrade'
  readonly pluginId: string
  readonly version: string
  readonly floor: string

  constructor(message: string, details: { pluginId: string; version: string; floor: string }, options?: ErrorOptions) {
    super(message, options)
    this.pluginId = details.pluginId
    this.version = details.version
    this.floor = details.floor
  }
}
