import { QuarantinedError } from '../domain/errors/index.js'

/** Tells why a version is not run. */
export function quarantined(
  pluginId: string,
  { version, reason, until }: { readonly version: string; readonly reason: string; readonly until: number },
  options?: ErrorOptions,
): QuarantinedError {
  const message = `${pluginId} ${version} failed here (${reason}) and is in quarantine until ${new Date(until).toISOString()}`
  return new QuarantinedError(message, { pluginId, version, until }, options)
}
