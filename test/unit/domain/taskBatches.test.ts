import { expect, test } from 'vitest'
import { inBatches } from '../../../src/domain/taskBatches.js'

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `task-${index}`)

test('none -> no event', () => expect(inBatches([])).toEqual([]))

test('a few -> one event', () => expect(inBatches(ids(3))).toEqual([ids(3)]))

test.each([250, 251, 10_000])('%d -> all of them in their order, in events of at most 250', (count) => {
  const batches = inBatches(ids(count))
  expect(batches.flat()).toEqual(ids(count))
  expect(batches).toHaveLength(Math.ceil(count / 250))
  for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(250)
})
