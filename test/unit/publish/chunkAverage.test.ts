import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MANIFEST_MAX_BYTES } from '../../../src/domain/manifest.js'
import { averageChunkLength } from '../../../src/publish/chunkAverage.js'
import { ContentCutter } from '../../../src/publish/chunkCutter.js'

const KIB = 1024
const GIB = 1024 ** 3

describe('the average length of chunks', () => {
  test.each([
    ['an empty bundle', 0, 1000, 128 * KIB],
    ['2 GiB', 2 * GIB, 1000, 128 * KIB],
    ['4 GiB', 4 * GIB, 1000, 256 * KIB],
    ['100 GiB', 100 * GIB, 1000, 8192 * KIB],
    ['2 GiB with many files', 2 * GIB, 3 * KIB * KIB, 512 * KIB],
  ])('%s -> as short as the manifest can list', (_, bundleBytes, manifestBytes, average) => {
    expect(averageChunkLength(bundleBytes, manifestBytes)).toBe(average)
  })

  test('any bundle up to 100 GiB -> its list fits, though every chunk be as short as can be', () => {
    const rest = fc.integer({ min: 500, max: MANIFEST_MAX_BYTES / 2 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * GIB }), rest, (bundleBytes, manifestBytes) => {
        const { shortest } = new ContentCutter(averageChunkLength(bundleBytes, manifestBytes))
        const count = Math.ceil(bundleBytes / shortest)
        const listBytes = `${shortest},`.length * count + Math.ceil((count * 32) / 3) * 4
        expect(manifestBytes + listBytes).toBeLessThanOrEqual(MANIFEST_MAX_BYTES)
      }),
    )
  })
})
