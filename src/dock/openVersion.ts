import { type DockState, openStoresOf } from '../actors/dockState.js'
import { removeUnneeded } from '../actors/removal.js'
import type { NamedVersion } from '../actors/repair.js'
import { NotInstalledError } from '../domain/errors/index.js'
import type { InstalledRecord } from '../domain/records.js'
import { createVerifiedBundle, type VerifiedBundle } from '../plugins/verifiedBundle.js'
import type { Release } from '../ports/locks.js'
import { mendingFor, openMended } from './mending.js'
import { openStored } from './storedBundle.js'

/** Whether what is found damaged is repaired, or only told. */
export type OnDamage = 'repair' | 'tell'

export interface OpenedVersion {
  readonly record: InstalledRecord
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
      return openLeased(state, record, onDamage, () => giveBack(state, address, release))
    }
    await giveBack(state, address, release)
  }
}

export function installedRecord(state: DockState, pluginId: string): InstalledRecord {
  const record = openStoresOf(state).index.get(pluginId)
  if (record) return record
  throw new NotInstalledError(`${pluginId} is not installed`, { pluginId })
}

async function giveBack(state: DockState, address: string, release: Release): Promise<void> {
  release()
  if (state.opened?.role !== 'leader') return
  await removeUnneeded(state, address)
  // what nobody uses may be evicted
  state.space.looks.next()
}

async function openLeased(
  state: DockState,
  record: InstalledRecord,
  onDamage: OnDamage,
  endLease: () => Promise<void>,
): Promise<OpenedVersion> {
  const { pluginId, active } = record
  const named: NamedVersion = { pluginId, version: active }
  try {
    const stored = await (onDamage === 'repair' ? openMended(state, named) : openStored(state, named))
    const bundle = createVerifiedBundle({
      ...stored,
      digester: state.host.digester,
      pluginId,
      version: active.version,
      mend: onDamage === 'repair' ? mendingFor(state, named, stored.map) : undefined,
    })
    const close = async (): Promise<void> => {
      await bundle.close()
      await endLease()
    }
    return { record, bundle, close }
  } catch (error) {
    await endLease()
    throw error
  }
}
