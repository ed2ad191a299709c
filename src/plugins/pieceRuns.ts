import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { PIECE_BYTES } from '../domain/digestsOf.js'

/** The chunks that cover `offset` to `end`, cut into runs of at most `most` bytes, unless a single chunk is longer: what one read fetches. */
export function runsOf(map: ChunkMap, offset: number, end: number, most = PIECE_BYTES): ChunkRun[] {
  if (offset === end) return []
  const runs: ChunkRun[] = []
  const final = map.indexAt(end - 1)
  for (let first = map.indexAt(offset); first <= final; ) {
    let last = first
    while (last < final && map.offset(last + 2) - map.offset(first) <= most) last++
    runs.push(map.run(first, last))
    first = last + 1
  }
  return runs
}
