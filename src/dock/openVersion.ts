import { addressOf } from '../actors/bundlePlan.js'
import { type DockState, openStoresOf, storesOf } from '../actors/dockState.js'
import { removeUnneeded } from '../actors/removal.js'
import { ChunkMap } from '../domain/chunks.js'
import { CorruptError, NotInstalledError } from '../domain/errors/index.js'
import {
  type ChunksRecord,
  type InstalledRecord,
  RECORD_KINDS,
  readRecord,
  type VersionRecord,
} from '../domain/records.js'
import { createVerifiedBundle, type VerifiedBundle } from '../plugins/verifiedBundle.js'
import type { Release } from '../ports/locks.js'

export interface OpenedVersion {
  readonly record: InstalledRecord
  readonly bundle: VerifiedBundle
  /** Closes the bundle and ends the lease; removes the bytes where the plugin was deleted meanwhile. */
  close(): Promise<void>
}

/**
 * Opens the active version's bytes under a lease. Rejects with `NotInstalledError`, and with `CorruptError` where the
 * bytes, or their map, are not there.
 */
export async function openActive(state: DockState, pluginId: string): Promise<OpenedVersion> {
  for (;;) {
    const record = installedRecord(state, pluginId)
    const { address } = record.active
    const release = await state.host.leases.share(address)
    // whoever replaced or removed it before the lease was had has taken its bytes
    if (openStoresOf(state).index.get(pluginId)?.active.address === address) {
      return openLeased(state, record, () => giveBack(state, address, release))
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
  if (state.opened?.role === 'leader') await removeUnneeded(state, address)
}

async function openLeased(
  state: DockState,
  record: InstalledRecord,
  endLease: () => Promise<void>,
): Promise<OpenedVersion> {
  const { pluginId, active } = record
  try {
    const map = await readMap(state, pluginId, active)
    const reader = await storesOf(state).bundles.openBundle(active.address)
    if (!reader) throw corrupt(pluginId, active, map, 'the stored bundle is missing')
    const { digester } = state.host
    const bundle = createVerifiedBundle({ reader, map, digester, pluginId, version: active.version })
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

/** The map is trusted because it hashes to the address. */
async function readMap(state: DockState, pluginId: string, version: VersionRecord): Promise<ChunkMap> {
  const record = readRecord<ChunksRecord>(await storesOf(state).records.get(RECORD_KINDS.chunks + version.address))
  const map = record && ChunkMap.from(record.size, record.map)
  if (map && (await addressOf(map, state.host.digester)) === version.address) return map
  throw corrupt(pluginId, version, undefined, 'the list of its chunks is damaged')
}

function corrupt(pluginId: string, version: VersionRecord, map: ChunkMap | undefined, what: string): CorruptError {
  const message = `${pluginId} ${version.version} cannot be loaded: ${what}. Remove it, then install it again`
  const run = map && map.count > 0 ? map.run(0, map.count - 1) : { offset: 0, length: version.sizeBytes }
  const badChunks = [{ index: 0, offset: run.offset, length: run.length }]
  return new CorruptError(message, { pluginId, version: version.version, badChunks })
}
