import type { Bytes } from '../domain/bytes.js'
import { ChunkMap, DIGEST_LENGTH } from '../domain/chunks.js'
import { recordedMap } from '../domain/recordedMap.js'
import { type ChunksRecord, RECORD_KINDS } from '../domain/records.js'
import type { BundleReader } from '../ports/bundleStore.js'
import type { Digester } from '../ports/digester.js'
import type { RecordChange } from '../ports/recordStore.js'
import { addressOf } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'

/** What keeps a bundle's map. */
export function chunksChange(address: string, map: ChunkMap): RecordChange {
  return {
    key: RECORD_KINDS.chunks + address,
    value: { v: 1, size: map.size, map: map.serialize() } satisfies ChunksRecord,
  }
}

/** The recorded map of a bundle. It is trusted because it hashes to the address; `undefined` where it does not. */
export async function readChunkMap(state: DockState, address: string): Promise<ChunkMap | undefined> {
  const map = recordedMap(await storesOf(state).records.get(RECORD_KINDS.chunks + address))
  return map && (await addressOf(map, state.host.digester)) === address ? map : undefined
}

/** The map of the bytes at hand, cut into `lengths`. `undefined` where they are no bundle that was cut so. */
export async function mapOfBytes(
  reader: Pick<BundleReader, 'read' | 'size'>,
  lengths: number | readonly number[],
  digester: Digester,
): Promise<ChunkMap | undefined> {
  const cuts = cutsOf(reader.size, lengths)
  if (!cuts) return undefined
  const digests = new Uint8Array(cuts.length * DIGEST_LENGTH)
  let offset = 0
  for (const [index, length] of cuts.entries()) {
    const chunk: Bytes = await reader.read(offset, length)
    digests.set(await digester.digest(chunk), index * DIGEST_LENGTH)
    offset += length
  }
  return ChunkMap.of(reader.size, lengths, digests)
}

function cutsOf(size: number, lengths: number | readonly number[]): readonly number[] | undefined {
  if (typeof lengths !== 'number')
    return lengths.reduce((sum, length) => sum + length, 0) === size ? lengths : undefined
  const count = Math.ceil(size / lengths)
  return Array.from({ length: count }, (_, index) => Math.min(lengths, size - index * lengths))
}
