import type { InstalledPlugin } from '../domain/plugin.js'
import type { InstalledRecord } from '../domain/records.js'

/** A plugin's active version as the API shows it. `leased`: the addresses in use. */
export function describeInstalled(record: InstalledRecord, leased: ReadonlySet<string>): InstalledPlugin {
  const { version, name, address, sizeBytes, installedAt, health, damagedAt } = record.active
  return {
    pluginId: record.pluginId,
    version,
    ...(name === undefined ? {} : { name }),
    address,
    sizeBytes,
    installedAt,
    lastUsedAt: record.lastUsedAt,
    pinned: record.pinned,
    inUse: leased.has(address),
    health,
    ...(damagedAt === undefined ? {} : { damagedAt }),
  }
}
