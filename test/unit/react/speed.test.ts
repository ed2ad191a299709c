import { expect, test } from 'vitest'
import { NO_SPEED, nextSeries, pathsOf, type SpeedSeries, scaleOver } from '../../../src/react/speed/speedSeries.js'

const SECOND = 1000

function seriesOf(speeds: readonly (number | undefined)[]): SpeedSeries {
  return speeds.reduce<SpeedSeries>(
    (series, bytesPerSecond, index) => nextSeries(series, { at: (index + 1) * SECOND, bytesPerSecond }),
    NO_SPEED,
  )
}

test.each([
  [0, 10_000],
  [9_000, 10_000],
  [68_000, 100_000],
  [100_001, 200_000],
  [940_000, 1_000_000],
  [4_200_000, 5_000_000],
  [42_000_000, 50_000_000],
])('a peak of %d -> a scale of %d', (peak, scale) => {
  expect(scaleOver(peak)).toBe(scale)
})

test('it slows down -> the scale stays for half a minute, then shrinks', () => {
  const fast = seriesOf([4_000_000])
  const slow = (seconds: number) =>
    Array.from({ length: seconds }, (_, index) => index).reduce<SpeedSeries>(
      (series, index) => nextSeries(series, { at: (61 + index) * SECOND, bytesPerSecond: 90_000 }),
      { ...fast, topAt: 60 * SECOND, samples: [] },
    )
  expect(slow(29).top).toBe(5_000_000)
  expect(slow(30).top).toBe(100_000)
})

test('more than a minute -> the oldest go', () => {
  const { samples } = seriesOf(Array.from({ length: 90 }, () => 1))
  expect(samples).toHaveLength(60)
  expect(samples[0]?.at).toBe(31 * SECOND)
})

test('a pause -> a gap, not a zero', () => {
  const { line } = pathsOf(seriesOf([500_000, 500_000, undefined, undefined, 500_000, 500_000]))
  expect(line.match(/M/g)).toHaveLength(2)
  expect(line).not.toContain('54')
})

test('nothing yet -> nothing is drawn', () => {
  expect(pathsOf(NO_SPEED)).toEqual({ line: '', area: '' })
})
