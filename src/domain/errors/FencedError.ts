import { PluginDockError } from './PluginDockError.js'

/** A newer leader owns the records; this one must not write any more. */
export class FencedError extends PluginDockError {
  override readonly name = 'FencedError'
  readonly code = 'fenced'
  readonly epoch: number
  readonly storedEpoch: number

  constructor(message: string, details: { epoch: number; storedEpoch: number }, options?: ErrorOptions) {
    super(message, options)
    this.epoch = details.epoch
    this.storedEpoch = details.storedEpoch
  }
}
