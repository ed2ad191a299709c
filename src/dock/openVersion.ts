import { type DockState, openStoresOf } from '../actors/dockState.js'
import { noteReleased } from '../actors/lastUse.js'
import { CorruptError } from '../domain/errors/index.js'
import type { InstalledRecord, VersionRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { createVerifiedBundle, type VerifiedBundle } from '../plugins/verifiedBundle.js'
import type { Release } from '../ports/locks.js'
import { installedRecord } from './installedRecord.js'
import { lastingReader } from './lastingReader.js'
import { mendingFor, openMended } from './mending.js'
import { openStored } from './storedBundle.js'

/** Whether what is found damaged is repaired, or only told. */
export type OnDamage = 'repair' | 'tell'

export interface OpenedVersion {
  readonly record: InstalledRecord
  /** The one that was opened. */
  readonly version: VersionRecord
  readonly bundle: VerifiedBundle
  /** Closes the bundle and ends the lease; removes the bytes where the plugin was deleted meanwhile. */
  close(): Promise<void>
}

/**
 * Opens the active version's bytes under a lease. Rejects with `NotInstalledError`, and with `CorruptError` where the
 * bytes, or their map, are not there, and were not repaired.
 */
export async function openActive(state: DockState, pluginId: string, onDamage: OnDamage): Promise<OpenedVersion> {
  for (;;) {
    const record = installedRecord(state, pluginId)
    const { address } = record.active
    const release = await state.host.leases.share(address)
    // whoever replaced or removed it before the lease was had has taken its bytes
    if (openStoresOf(state).index.get(pluginId)?.active.address === address) {
      return openLeased(state, record, record.active, onDamage, () => giveBack(state, address, release))
    }
    await giveBack(state, address, release)
  }
}

/** The same of another version on the disk, repaired where it has to be; `undefined` where it cannot be had. */
export async function openOther(
  state: DockState,
  record: InstalledRecord,
  version: VersionRecord,
): Promise<OpenedVersion | undefined> {
  const { address } = version
  const release = await state.host.leases.share(address)
  try {
    return await openLeased(state, record, version, 'repair', () => giveBack(state, address, release))
  } catch (error) {
    if (error instanceof CorruptError) return undefined
    throw error
  }
}

async function giveBack(state: DockState, address: string, release: Release): Promise<void> {
  release()
  await noteReleased(state, address)
}

async function openLeased(
  state: DockState,
  record: InstalledRecord,
  version: VersionRecord,
  onDamage: OnDamage,
  endLease: () => Promise<void>,
): Promise<OpenedVersion> {
  const { pluginId } = record
  const named: NamedVersion = { pluginId, version }
  try {
    const stored = await (onDamage === 'repair' ? openMended(state, named) : openStored(state, named))
    const bundle = createVerifiedBundle({
      map: stored.map,
      reader: lastingReader(state, named, stored.reader),
      digester: state.host.digester,
      pluginId,
      version: version.version,
      mend: onDamage === 'repair' ? mendingFor(state, named, stored.map) : undefined,
    })
    const close = async (): Promise<void> => {
      await bundle.close()
      await endLease()
    }
    return { record, version, bundle, close }
  } catch (error) {
    await endLease()
    throw error
  }
}
