import type { InstalledRecord, VersionRecord } from '../domain/records.js'
import type { InstalledVersion } from './types.js'

/** A plugin's versions as the API shows them, the active one first. */
export function describeVersions({ active, previous, quarantined = [] }: InstalledRecord): InstalledVersion[] {
  return [
    describe(active, 'active'),
    ...previous.map((version) => describe(version, 'previous')),
    ...quarantined.map((version) => describe(version, 'quarantined')),
  ]
}

function describe(
  { version, address, sizeBytes, installedAt, health, damagedAt, quarantine }: VersionRecord,
  role: InstalledVersion['role'],
): InstalledVersion {
  return {
    version,
    address,
    sizeBytes,
    installedAt,
    health,
    role: quarantine ? 'quarantined' : role,
    ...(damagedAt === undefined ? {} : { damagedAt }),
    ...(quarantine ? { quarantine } : {}),
  }
}
