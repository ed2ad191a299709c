import { type DockState, openStoresOf } from '../actors/dockState.js'
import { NotInstalledError } from '../domain/errors/index.js'
import type { InstalledRecord } from '../domain/records.js'

/** Throws `NotInstalledError`. */
export function installedRecord(state: DockState, pluginId: string): InstalledRecord {
  const record = openStoresOf(state).index.get(pluginId)
  if (record) return record
  throw new NotInstalledError(`${pluginId} is not installed`, { pluginId })
}
