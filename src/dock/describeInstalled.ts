import type { InstalledPlugin } from '../domain/plugin.js'
import type { InstalledRecord } from '../domain/records.js'
import type { Leases } from '../ports/locks.js'

/** A plugin's active version as the API shows it. */
export async function describeInstalled(record: InstalledRecord, leases: Leases): Promise<InstalledPlugin> {
  const { version, name, address, sizeBytes, installedAt, health } = record.active
  return {
    pluginId: record.pluginId,
    version,
    ...(name === undefined ? {} : { name }),
    address,
    sizeBytes,
    installedAt,
    lastUsedAt: record.lastUsedAt,
    pinned: record.pinned,
    inUse: await leases.isShared(address),
    health,
  }
}
