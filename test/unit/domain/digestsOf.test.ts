import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bytes } from '../../../src/domain/bytes.js'
import { DIGEST_LENGTH } from '../../../src/domain/chunks.js'
import { digestsOf, PIECE_BYTES } from '../../../src/domain/digestsOf.js'
import { CountingDigester, chunkMapOf, noise, StoredFile } from '../plugins/memoryBundle.js'

/** Reads into what it is given, as a handle does. */
class SpareFile extends StoredFile {
  override async read(offset: number, length: number, spare?: Bytes): Promise<Bytes> {
    const bytes = await super.read(offset, length)
    if (!spare) return bytes
    spare.set(bytes)
    return spare.subarray(0, bytes.length)
  }
}

test.each([StoredFile, SpareFile])(
  '%s, however it is cut and wherever it ends -> a digest of each whole chunk',
  async (File) => {
    const cuts = fc.array(fc.integer({ min: 1, max: PIECE_BYTES + 9 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat(), fc.nat(), async (lengths, from, missing) => {
        const size = lengths.reduce((sum, length) => sum + length, 0)
        const bytes = noise(size)
        const map = chunkMapOf(bytes, lengths)
        const file = new File(bytes.subarray(0, size - (missing % size)))
        const first = from % map.count
        const spare = new Uint8Array(PIECE_BYTES)
        const asked = { offset: map.offset(first), lengths: lengths.slice(first) }
        const digests = await digestsOf(file, new CountingDigester(), asked, spare)
        const whole = lengths.findIndex((_, index) => map.offset(index + 1) > file.size)
        const count = Math.max(0, (whole < 0 ? map.count : whole) - first)
        expect(digests).toHaveLength(count * DIGEST_LENGTH)
        for (let at = 0; at < count; at++) {
          expect(digests.subarray(at * DIGEST_LENGTH, (at + 1) * DIGEST_LENGTH)).toEqual(map.digest(first + at))
        }
      }),
      { numRuns: 40 },
    )
  },
)
