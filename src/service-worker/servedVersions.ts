import { NotInstalledError, QuarantinedError } from '../domain/errors/index.js'
import { type InstalledRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { quarantineOf, versionsOf } from '../domain/versionsOf.js'
import type { RecordStore } from '../ports/recordStore.js'
import type { ServedBundle, ServedVersion } from '../ports/servedFiles.js'
import type { ServedPlatform } from './platform.js'

export interface Asker {
  readonly name: string
  /** Empty where no page asks, as for a navigation. */
  readonly clientId: string
}

/**
 * What is installed under the address: a version that a record names and that is in no quarantine, or one that the page
 * which asks has in use still. Rejects with `QuarantinedError` or `NotInstalledError`.
 */
export async function findVersion(
  platform: ServedPlatform,
  records: Pick<RecordStore, 'get'>,
  bundle: ServedBundle,
  asker: Asker,
): Promise<ServedVersion> {
  const { pluginId, address } = bundle
  const record = readRecord<InstalledRecord>(await records.get(RECORD_KINDS.installed + pluginId))
  const version = record && versionsOf(record).find((other) => other.address === address)
  if (!version) return askForVersion(platform, bundle, asker)
  const quarantine = quarantineOf(version, platform.now())
  if (!quarantine) return version
  const { until } = quarantine
  const message = `${pluginId} ${version.version} failed here (${quarantine.reason}) and is in quarantine until ${new Date(until).toISOString()}`
  throw new QuarantinedError(message, { pluginId, version: version.version, until })
}

async function askForVersion(
  platform: ServedPlatform,
  { pluginId, address }: ServedBundle,
  { name, clientId }: Asker,
): Promise<ServedVersion> {
  const found = await platform.askPage(clientId, { type: 'plugdock.describe', name, pluginId, address })
  if (isVersion(found)) return found
  const message = `${pluginId} is not installed in the dock ${name}, or this version of it is not any more: load it again`
  throw new NotInstalledError(message, { pluginId })
}

function isVersion(value: unknown): value is ServedVersion {
  if (typeof value !== 'object' || value === null) return false
  const { version, format, entry } = value as { readonly [Key in keyof ServedVersion]?: unknown } // any object
  return typeof version === 'string' && typeof entry === 'string' && (format === 'zip' || format === 'file')
}
