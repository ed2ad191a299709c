import { PluginDockError } from './PluginDockError.js'

/** Stored bytes are not what was installed. Nothing of them was handed out. */
export class CorruptError extends PluginDockError {
  override readonly name = 'CorruptError'
  readonly code = 'corrupt'
  readonly pluginId: string
  readonly version: string
  readonly badChunks: readonly { index: number; offset: number; length: number }[]

  constructor(
    message: string,
    details: {
      pluginId: string
      version: string
      badChunks: readonly { index: number; offset: number; length: number }[]
    },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.pluginId = details.pluginId
    this.version = details.version
    this.badChunks = details.badChunks
  }
}
