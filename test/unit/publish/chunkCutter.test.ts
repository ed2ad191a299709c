import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ContentCutter } from '../../../src/publish/chunkCutter.js'
import { noise } from '../plugins/memoryBundle.js'

const AVERAGE = 1024
const KIB = 1024

/** Where chunks end, of bytes given in pieces of `pieceBytes`; the last end is that of the bytes. */
function endsOf(bytes: Uint8Array, pieceBytes: readonly number[] = [bytes.length], average = AVERAGE): number[] {
  const cutter = new ContentCutter(average)
  const ends: number[] = []
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const piece = bytes.subarray(start, start + (pieceBytes[turn % pieceBytes.length] ?? 1))
    for (let end = cutter.endOfChunk(piece, 0); end !== undefined; end = cutter.endOfChunk(piece, end)) {
      ends.push(start + end)
    }
    start += piece.length
  }
  return ends.at(-1) === bytes.length || bytes.length === 0 ? ends : [...ends, bytes.length]
}

function lengthsOf(ends: readonly number[]): number[] {
  return ends.map((end, at) => end - (ends[at - 1] ?? 0))
}

/** Noise, text and long runs of one byte. */
const content = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 1000 }).map((seed) => noise(5000, seed)),
      fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 9000 })).map(([byte, length]) => Buffer.alloc(length, byte)),
      fc.string({ maxLength: 3000 }).map((text) => Buffer.from(text)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts))

describe('content-defined chunks', () => {
  test('any bytes -> ends that rise to the last byte, none too near or too far', () => {
    const { shortest, longest } = new ContentCutter(AVERAGE)
    expect([shortest, longest]).toEqual([256, 2048])
    fc.assert(
      fc.property(content, (bytes) => {
        const lengths = lengthsOf(endsOf(bytes))
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length)
        expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(longest)
        expect(Math.min(shortest, ...lengths.slice(0, -1))).toBe(shortest)
        expect(Math.min(1, ...lengths)).toBe(1)
      }),
    )
  })

  test('the same bytes in pieces of any sizes -> the same ends', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(content, pieces, (bytes, sizes) => {
        expect(endsOf(bytes, sizes)).toEqual(endsOf(bytes))
      }),
    )
  })

  test('bytes inserted or removed -> the ends before, and soon after, are the old ones', () => {
    const size = 128 * KIB
    const edit = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      at: fc.integer({ min: 0, max: size / 2 }),
      inserted: fc.uint8Array({ maxLength: 5000 }),
      removed: fc.nat(5000),
    })
    fc.assert(
      fc.property(edit, ({ seed, at, inserted, removed }) => {
        const old = noise(size, seed)
        const edited = Buffer.concat([old.subarray(0, at), inserted, old.subarray(at + removed)])
        const [oldEnds, ends] = [endsOf(old), endsOf(edited)]
        expect(ends.filter((end) => end <= at)).toEqual(oldEnds.filter((end) => end <= at))
        // some 40 chunks to agree again; a few are enough nearly always
        const fromEnd = (all: readonly number[], total: number) =>
          all.map((end) => total - end).filter((left) => left < 24 * KIB)
        expect(fromEnd(ends, edited.length)).toEqual(fromEnd(oldEnds, size))
      }),
    )
  })

  test('noise -> the average that was asked for', () => {
    const lengths = lengthsOf(endsOf(noise(16 * KIB * KIB), [64 * KIB], 128 * KIB))
    const average = (16 * KIB) / lengths.length
    expect(average).toBeGreaterThan(115)
    expect(average).toBeLessThan(140)
  })

  test('the ends are those of the first release, so that updates find what older releases cut', () => {
    const bytes = Buffer.concat(
      Array.from({ length: 2000 }, (_, count) => createHash('sha256').update(String(count)).digest()),
    )
    expect(lengthsOf(endsOf(bytes, [1000], 8 * KIB))).toEqual([7277, 7466, 13537, 7767, 16384, 7701, 3868])
  })
})
