import { DowngradeError, QuarantinedError } from '../domain/errors/index.js'
import type { DownloadPlan } from '../domain/records.js'
import { isBelowFloor, refusalOf } from '../domain/versions.js'
import { type DockState, storesOf } from './dockState.js'

/**
 * Throws `QuarantinedError` for a bundle that failed here and is still in quarantine, and `DowngradeError` for a version
 * below the highest one that was confirmed healthy here, unless that is `allowed`.
 */
export function assertAcceptable(
  state: DockState,
  plan: Pick<DownloadPlan, 'pluginId' | 'version' | 'partialKey' | 'integrity'>,
  allowed: boolean,
): void {
  const { pluginId, version } = plan
  const history = storesOf(state).history.of(pluginId)
  const failed = refusalOf(history, plan, state.host.clock.now())
  if (failed) throw quarantined(pluginId, failed)
  if (allowed || !history?.floor || !isBelowFloor(history, version)) return
  const { floor } = history
  const message = `${pluginId} ${version} is older than ${floor}, which works here; allowDowngrade installs it all the same`
  throw new DowngradeError(message, { pluginId, version, floor })
}

/** Tells why a version is not run. */
export function quarantined(
  pluginId: string,
  { version, reason, until }: { readonly version: string; readonly reason: string; readonly until: number },
  options?: ErrorOptions,
): QuarantinedError {
  const message = `${pluginId} ${version} failed here (${reason}) and is in quarantine until ${new Date(until).toISOString()}`
  return new QuarantinedError(message, { pluginId, version, until }, options)
}
