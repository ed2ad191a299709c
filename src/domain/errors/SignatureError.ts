import { PluginDockError } from './PluginDockError.js'

/** The manifest's signature is missing or not by a trusted key. */
export class SignatureError extends PluginDockError {
  override readonly name = 'SignatureError'
  readonly code = 'signature'
}
