import { expect, test } from 'vitest'
import { parseCount, parsePort, parseRate, parseSeconds } from '../../../src/cli/flags.js'

test.each([
  ['500', 500],
  ['1M', 1024 ** 2],
  ['1.5m', 1.5 * 1024 ** 2],
  ['64K', 65_536],
  ['2G', 2 * 1024 ** 3],
  ['1MiB', 1024 ** 2],
  ['8kb', 8192],
])('a rate of %s is %i bytes a second', (text, rate) => {
  expect(parseRate(text)).toBe(rate)
})

test.each(['', '0', '-1', '1T', 'fast', '1M/s', '0.1', '1e6', 'M'])('"%s" is no rate', (text) => {
  expect(() => parseRate(text)).toThrow(/500K or 1M/)
})

test('counts are whole numbers from 1', () => {
  expect(parseCount('3')).toBe(3)
  for (const text of ['0', '-1', '1.5', 'x', '']) expect(() => parseCount(text)).toThrow()
})

test('ports are 0 to 65535', () => {
  expect([parsePort('0'), parsePort('65535')]).toEqual([0, 65_535])
  for (const text of ['65536', '-1', 'http', '']) expect(() => parsePort(text)).toThrow()
})

test('seconds become milliseconds', () => {
  expect([parseSeconds('5'), parseSeconds('0.25'), parseSeconds('0')]).toEqual([5000, 250, 0])
  for (const text of ['-1', 'soon', '']) expect(() => parseSeconds(text)).toThrow()
})
