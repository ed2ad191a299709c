import { PluginDockError } from './PluginDockError.js'

/** Bytes arrived that do not hash to what the manifest says. */
export class IntegrityError extends PluginDockError {
  override readonly name = 'IntegrityError'
  readonly code = 'integrity'
  readonly url: string | undefined
  readonly chunkIndex: number | undefined

  constructor(message: string, details: { url?: string; chunkIndex?: number }, options?: ErrorOptions) {
    super(message, options)
    this.url = details.url
    this.chunkIndex = details.chunkIndex
  }
}
