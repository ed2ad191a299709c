import { fromBase64 } from './bytes.js'
import { ChunkMap, DIGEST_LENGTH } from './chunks.js'
import { type ChunksRecord, readRecord } from './records.js'

/**
 * The map in a record, where it is one: a record may be damaged like everything else on a disk. Whether it is the map
 * of a bundle its address decides, which is the digest of `canonicalBytes`.
 */
export function recordedMap(value: unknown): ChunkMap | undefined {
  const record = readRecord<ChunksRecord>(value)
  return record && isWellFormed(record) ? ChunkMap.from(record.size, record.map) : undefined
}

function isWellFormed({ size, map }: { readonly [Key in keyof ChunksRecord]?: unknown }): boolean {
  if (typeof size !== 'number' || typeof map !== 'object' || map === null) return false
  const { lengths, digests } = map as { readonly lengths?: unknown; readonly digests?: unknown } // any JSON object
  const count = typeof digests === 'string' ? (fromBase64(digests)?.length ?? -1) / DIGEST_LENGTH : -1
  if (typeof lengths === 'number') return lengths > 0 && Math.ceil(size / lengths) === count
  return Array.isArray(lengths) && lengths.length === count && lengths.every((length) => Number.isSafeInteger(length))
}
