import { PluginDockError } from './PluginDockError.js'

/**
 * Why a signature does not do.
 *
 * - `unsigned`: there is none, and the app asks for one
 * - `malformed`: the envelope's form is wrong
 * - `wrong-type`: it is around another kind of document
 * - `unknown-key`: nobody whom the app trusts has signed
 * - `mismatch`: what a trusted key is said to have signed is something else
 * - `threshold`: too few different trusted keys have signed
 * - `wrong-plugin`: the keys are trusted, and not for this plugin
 * - `key-list`: the list of trusted keys itself cannot be used
 */
export type SignatureFault =
  | 'unsigned'
  | 'malformed'
  | 'wrong-type'
  | 'unknown-key'
  | 'mismatch'
  | 'threshold'
  | 'wrong-plugin'
  | 'key-list'

/** The manifest's signature is missing or not by a trusted key. */
export class SignatureError extends PluginDockError {
  override readonly name = 'SignatureError'
  readonly code = 'signature'
  /** `undefined` of a failure that was read back from a record. */
  readonly reason: SignatureFault | undefined
  readonly url: string | undefined

  constructor(message: string, details: { reason?: SignatureFault; url?: string | undefined }, options?: ErrorOptions) {
    super(message, options)
    this.reason = details.reason
    this.url = details.url
  }
}
