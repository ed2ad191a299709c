import { describe, expect, test } from 'vitest'
import { formatBytes, formatPair, formatRemaining, formatSpeed, percentOf } from '../../../src/cli/format.js'
import { progressOf } from './progressOf.js'

test.each([
  [0, '0 B'],
  [1, '1 kB'],
  [999, '1 kB'],
  [68_400, '68 kB'],
  [999_999, '999 kB'],
  [1_000_000, '1 MB'],
  [9_960_000, '9.9 MB'],
  [29_640_000, '29.6 MB'],
  [212_900_000, '212 MB'],
  [1_500_000_000, '1.5 GB'],
])('%i bytes are written as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [18_400_000, 29_600_000, '18.4 of 29.6 MB'],
  [0, 29_600_000, '0 of 29.6 MB'],
  [29_599_999, 29_600_000, '29.5 of 29.6 MB'],
  [500_000, 1_200_000_000, '0 of 1.2 GB'],
  [400, 90_000, '1 of 90 kB'],
  [31_000_000, 29_600_000, '29.6 of 29.6 MB'],
])('%i of %i bytes share the larger unit: %s', (done, total, text) => {
  expect(formatPair(done, total)).toBe(text)
})

test.each([
  [0, ''],
  [800, 'under 1 kB/s'],
  [4_230_000, '4.2 MB/s'],
  [68_400, '68 kB/s'],
  [12_600_000, '13 MB/s'],
])('a speed of %i bytes a second is written as "%s"', (speed, text) => {
  expect(formatSpeed(speed)).toBe(text)
})

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.each([
  [400, 'a few seconds left'],
  [10_000, '10 sec left'],
  [31_000, '40 sec left'],
  [55_000, '1 min left'],
  [2.1 * MINUTE, '3 min left'],
  [9.5 * MINUTE, '10 min left'],
  [21 * MINUTE, '25 min left'],
  [58 * MINUTE, '1 hr left'],
  [80 * MINUTE, '1 hr 30 min left'],
  [4.2 * HOUR, '5 hr left'],
  [13 * HOUR, 'more than 12 hours left'],
  [26 * HOUR, 'more than a day left'],
])('%i ms are written as "%s"', (milliseconds, text) => {
  expect(formatRemaining(milliseconds)).toBe(text)
})

describe('percent', () => {
  test('is rounded down, and 99 at most before it is installed', () => {
    expect(percentOf(progressOf({ bytesDownloaded: 629, totalBytes: 1000 }))).toBe(62)
    expect(percentOf(progressOf({ state: 'verifying', bytesDownloaded: 1000, totalBytes: 1000 }))).toBe(99)
    expect(percentOf(progressOf({ state: 'installed', bytesDownloaded: 1000, totalBytes: 1000 }))).toBe(100)
  })

  test('is nothing without a total', () => {
    expect(percentOf(progressOf({ totalBytes: undefined }))).toBeUndefined()
  })
})
