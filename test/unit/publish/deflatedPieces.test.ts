import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ContentCutter } from '../../../src/publish/chunkCutter.js'
import { deflatedPieces } from '../../../src/publish/deflatedPieces.js'
import { noise } from '../plugins/memoryBundle.js'

const KIB = 1024

async function deflated(bytes: Uint8Array, readBytes = 64 * KIB): Promise<Buffer> {
  async function* reads() {
    for (let at = 0; at < bytes.length; at += readBytes) yield bytes.subarray(at, at + readBytes)
  }
  const pieces: Uint8Array[] = []
  for await (const piece of deflatedPieces(reads())) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Shrinks to about a quarter. */
function text(lines: number, seed = 1): Buffer {
  return Buffer.from(
    [...noise(lines, seed)].map((word, line) => `line ${line * 7919} says ${word * 104729}\n`).join(''),
  )
}

describe('a file deflated in pieces', () => {
  test('of any length, read in any steps -> inflates to the file', async () => {
    const file = fc.oneof(
      fc.constantFrom(Buffer.alloc(0), Buffer.alloc(600 * KIB), noise(700 * KIB), text(30_000)),
      fc.uint8Array({ maxLength: 2000 }),
    )
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1000, max: 300_000 }), async (bytes, readBytes) => {
        expect(inflateRawSync(await deflated(bytes, readBytes)).equals(bytes)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('that ends where it is cut -> inflates to the file', async () => {
    const bytes = noise(400 * KIB)
    const end = new ContentCutter(128 * KIB).endOfChunk(bytes, 0) ?? 0
    expect(end).toBeGreaterThan(0)
    expect(inflateRawSync(await deflated(bytes.subarray(0, end))).equals(bytes.subarray(0, end))).toBe(true)
  })

  test('with bytes inserted in its middle -> the same compressed bytes before and after them', async () => {
    const old = text(100_000)
    const middle = old.length / 2
    const edited = Buffer.concat([old.subarray(0, middle), Buffer.from('a new line\n'), old.subarray(middle)])
    const [before, after] = await Promise.all([deflated(old), deflated(edited)])
    const same = sameAtStart(before, after) + sameAtStart(Buffer.from(before).reverse(), Buffer.from(after).reverse())
    expect(before.length).toBeGreaterThan(500 * KIB)
    expect(before.length - same).toBeLessThan(100 * KIB)
  })
})

function sameAtStart(left: Uint8Array, right: Uint8Array): number {
  const differs = left.findIndex((byte, at) => byte !== right[at])
  return differs < 0 ? left.length : differs
}
