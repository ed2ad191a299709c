import { readChunkMap } from '../actors/chunkMaps.js'
import { type DockState, storesOf } from '../actors/dockState.js'
import type { ChunkMap } from '../domain/chunks.js'
import { CorruptError } from '../domain/errors/index.js'
import type { NamedVersion } from '../domain/versions.js'
import type { BundleReader } from '../ports/bundleStore.js'

/** A bundle as it lies in the store: nothing of it is proven but its map. */
export interface StoredBundle {
  readonly reader: BundleReader
  readonly map: ChunkMap
}

/** Opens what is stored of a version. Rejects with `CorruptError` where its bytes, or their map, are not there. */
export async function openStored(state: DockState, named: NamedVersion): Promise<StoredBundle> {
  const { address } = named.version
  const map = await readChunkMap(state, address)
  if (!map) throw corrupt(named, undefined, 'the list of its chunks is damaged')
  const reader = await storesOf(state).bundles.openBundle(address)
  if (!reader)
    throw corrupt(named, map, 'its files are missing on this device: the browser or somebody has removed them')
  return { reader, map }
}

function corrupt({ pluginId, version }: NamedVersion, map: ChunkMap | undefined, what: string): CorruptError {
  const run = map && map.count > 0 ? map.run(0, map.count - 1) : { offset: 0, length: version.sizeBytes }
  const badChunks = [{ index: 0, offset: run.offset, length: run.length }]
  const message = `${pluginId} ${version.version} cannot be loaded: ${what}`
  return new CorruptError(message, { pluginId, version: version.version, badChunks })
}
