import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkMap, type ChunkRun, DIGEST_LENGTH } from '../../../src/domain/chunks.js'
import { ChunkLedger } from '../../../src/engine/chunkLedger.js'

function mapOf(lengths: readonly number[]): ChunkMap {
  const size = lengths.reduce((sum, length) => sum + length, 0)
  return ChunkMap.of(size, lengths, new Uint8Array(lengths.length * DIGEST_LENGTH))
}

/** All runs that a ledger deals out, in which the chunks are there that `has` names. */
function missingRuns(map: ChunkMap, has: (index: number) => boolean): ChunkRun[] {
  const ledger = new ChunkLedger(map)
  for (let index = 0; index < map.count; index++) if (has(index)) ledger.add(index)
  const runs: ChunkRun[] = []
  for (let run = ledger.nextMissingRun(); run; run = ledger.nextMissingRun(run.last + 1)) runs.push(run)
  return runs
}

describe('a chunk ledger', () => {
  const lengthsAndFlags = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.boolean()), { maxLength: 60 })

  it('missing runs -> exactly the missing chunks, in order, none twice, none neighbours', () => {
    fc.assert(
      fc.property(lengthsAndFlags, (chunks) => {
        const map = mapOf(chunks.map(([length]) => length))
        const runs = missingRuns(map, (index) => chunks[index]?.[1] ?? false)
        const covered = runs.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, at) => first + at),
        )
        const missing = chunks.flatMap(([, has], index) => (has ? [] : [index]))
        expect(covered).toEqual(missing)
        expect(runs.every((run, at) => at === 0 || run.first > (runs[at - 1]?.last ?? 0) + 1)).toBe(true)
        for (const run of runs) expect(run.length).toBe(map.offset(run.last + 1) - run.offset)
      }),
    )
  })
})
