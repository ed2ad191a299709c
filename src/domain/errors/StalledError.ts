import { PluginDockError } from './PluginDockError.js'

/** What a source let a transfer wait for. */
export type StallPhase = 'connection' | 'headers' | 'bytes'

/** The source sent nothing, or next to nothing, for longer than the limit. */
export class StalledError extends PluginDockError {
  override readonly name = 'StalledError'
  readonly code = 'stalled'
  readonly url: string
  readonly afterMs: number
  readonly waitedFor: StallPhase

  constructor(
    message: string,
    details: { url: string; afterMs: number /** @default 'bytes' */; waitedFor?: StallPhase },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.url = details.url
    this.afterMs = details.afterMs
    this.waitedFor = details.waitedFor ?? 'bytes'
  }
}
