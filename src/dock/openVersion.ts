import { addressOf } from '../actors/bundlePlan.js'
import { type DockState, storesOf } from '../actors/dockState.js'
import { removeUnneeded } from '../actors/removal.js'
import { ChunkMap } from '../domain/chunks.js'
import { CorruptError } from '../domain/errors/index.js'
import { type ChunksRecord, RECORD_KINDS, readRecord, type VersionRecord } from '../domain/records.js'
import { createVerifiedBundle, type VerifiedBundle } from '../plugins/verifiedBundle.js'

export interface OpenedVersion {
  readonly bundle: VerifiedBundle
  /** Closes the bundle and ends the lease; removes the bytes where the plugin was deleted meanwhile. */
  close(): Promise<void>
}

/** Opens a version's bytes under a lease. Rejects with `CorruptError` where they, or their map, are not there. */
export async function openVersion(state: DockState, pluginId: string, version: VersionRecord): Promise<OpenedVersion> {
  const { address } = version
  const release = await state.host.leases.share(address)
  const giveBack = async (): Promise<void> => {
    release()
    if (state.opened?.role === 'leader') await removeUnneeded(state, address)
  }
  try {
    const map = await readMap(state, pluginId, version)
    const reader = await storesOf(state).bundles.openBundle(address)
    if (!reader) throw corrupt(pluginId, version, map, 'the stored bundle is missing')
    const about = { pluginId, version: version.version }
    const bundle = createVerifiedBundle({ reader, map, digester: state.host.digester, ...about })
    const close = async (): Promise<void> => {
      await bundle.close()
      await giveBack()
    }
    return { bundle, close }
  } catch (error) {
    await giveBack()
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
  const message = `${pluginId} ${version.version} cannot be loaded: ${what}. Install it again`
  const run = map && map.count > 0 ? map.run(0, map.count - 1) : { offset: 0, length: version.sizeBytes }
  const badChunks = [{ index: 0, offset: run.offset, length: run.length }]
  return new CorruptError(message, { pluginId, version: version.version, badChunks })
}
