import { PluginDockError } from './PluginDockError.js'

/** No version of this plugin is installed. */
export class NotInstalledError extends PluginDockError {
  override readonly name = 'NotInstalledError'
  readonly code = 'not-installed'
  readonly pluginId: string

  constructor(message: string, details: { pluginId: string }, options?: ErrorOptions) {
    super(message, options)
    this.pluginId = details.pluginId
  }
}
