import { expect, test } from 'vitest'
import { RowHeights, windowOf } from '../../../src/react/list/rowWindow.js'

const NONE: ReadonlySet<number> = new Set()
const TEN = Array.from({ length: 10 }, () => 100)

test('a span in the middle -> the rows that touch it, and the room before and after', () => {
  expect(windowOf(TEN, { from: 250, to: 450 }, NONE)).toEqual({ shown: [2, 3, 4], gaps: [200, 0, 0], rest: 500 })
})

test('a row that is kept far away -> mounted, with the room between', () => {
  const { shown, gaps, rest } = windowOf(TEN, { from: 0, to: 100 }, new Set([8]))
  expect(shown).toEqual([0, 8])
  expect(gaps).toEqual([0, 700])
  expect(rest).toBe(100)
})

test('whatever the span -> all room is accounted for', () => {
  for (let from = -500; from < 1500; from += 70) {
    const { shown, gaps, rest } = windowOf(TEN, { from, to: from + 300 }, new Set([0, 5]))
    expect(gaps.reduce((sum, gap) => sum + gap, rest) + 100 * shown.length).toBe(1000)
  }
})

test('some rows are measured -> the others are taken to be like them', () => {
  const heights = new RowHeights(100)
  expect(heights.of(['a', 'b'])).toEqual([100, 100])
  expect(heights.learn('a', 150)).toBe(true)
  expect(heights.learn('a', 150)).toBe(false)
  expect(heights.of(['a', 'b'])).toEqual([150, 150])
})
