import {
  type DownloadRecord,
  type HistoryRecord,
  type InstalledRecord,
  type Quarantine,
  RECORD_KINDS,
  type VersionRecord,
} from '../domain/records.js'
import type { RecordChange } from '../ports/recordStore.js'

/** The clock may have been set back since: nobody is told of a longer wait than there was. */
export function withSaneWait(record: DownloadRecord, now: number): DownloadRecord {
  const { askedWait } = record
  if (!askedWait) return record
  return { ...record, askedWait: { ...askedWait, until: Math.min(askedWait.until, now + askedWait.delayMs) } }
}

/** Of one plugin. */
export type NamedHistory = readonly [pluginId: string, history: HistoryRecord]

/** What plugins' records say of quarantine. */
export interface Quarantines {
  readonly installed: readonly InstalledRecord[]
  readonly histories: readonly NamedHistory[]
}

/** No quarantine ends after `latest`: one that a clock made which was ahead would never end. Also what has to be written for it. */
export function endingBy(
  { installed, histories }: Quarantines,
  latest: number,
): Quarantines & { readonly changes: readonly RecordChange[] } {
  const isLate = ({ until }: Pick<Quarantine, 'until'>): boolean => until > latest
  const sane = <T extends Quarantine>(quarantine: T): T =>
    isLate(quarantine) ? { ...quarantine, until: latest } : quarantine
  const saneVersion = (version: VersionRecord): VersionRecord =>
    version.quarantine ? { ...version, quarantine: sane(version.quarantine) } : version
  const changes: RecordChange[] = []
  const changed = <T>(kind: string, id: string, value: T): T => {
    changes.push({ key: kind + id, value })
    return value
  }
  return {
    installed: installed.map((record) => {
      const { active, previous, quarantined = [] } = record
      if (![active, ...previous, ...quarantined].some(({ quarantine }) => quarantine && isLate(quarantine)))
        return record
      return changed(RECORD_KINDS.installed, record.pluginId, {
        ...record,
        active: saneVersion(active),
        previous: previous.map(saneVersion),
        quarantined: quarantined.map(saneVersion),
      })
    }),
    histories: histories.map(([pluginId, history]) => {
      if (!history.failed.some(isLate)) return [pluginId, history] as const
      return [
        pluginId,
        changed(RECORD_KINDS.history, pluginId, { ...history, failed: history.failed.map(sane) }),
      ] as const
    }),
    changes,
  }
}
