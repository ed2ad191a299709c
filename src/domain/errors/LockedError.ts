import { PluginDockError } from './PluginDockError.js'

/** Another process uses the store. The owner's data are information, not proof. */
export class LockedError extends PluginDockError {
  override readonly name = 'LockedError'
  readonly code = 'locked'
  readonly directory: string | undefined
  readonly pid: number | undefined
  readonly host: string | undefined
  readonly since: number | undefined

  constructor(
    message: string,
    details: { directory?: string; pid?: number; host?: string; since?: number },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.directory = details.directory
    this.pid = details.pid
    this.host = details.host
    this.since = details.since
  }
}
