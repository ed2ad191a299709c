import type { InstalledRecord, Quarantine, VersionRecord } from './records.js'

/** All versions that have bytes on the disk, the active one first. */
export function versionsOf({ active, previous, quarantined = [] }: InstalledRecord): readonly VersionRecord[] {
  return [active, ...previous, ...quarantined]
}

/** What may take the active version's place by itself: confirmed healthy and not known to be damaged; newest first. */
export function fallbacksOf({ previous }: InstalledRecord): readonly VersionRecord[] {
  return previous.filter(({ health, damagedAt }) => health === 'healthy' && damagedAt === undefined)
}

/** The quarantine of a version, while it lasts. */
export function quarantineOf({ quarantine }: VersionRecord, now: number): Quarantine | undefined {
  return quarantine && quarantine.until > now ? quarantine : undefined
}
