import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SortedList } from '../../../machines/sortedList.js'

interface Item {
  readonly key: number
}

const byKey = (left: Item, right: Item) => left.key - right.key

it('any history of items -> as a list that is sorted anew each time', () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 40 }), removes: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const list = new SortedList(byKey)
      const known = new Map<number, Item>()
      for (const { key, removes } of steps) {
        const before = known.get(key)
        const item = { key }
        if (before && removes) list.remove(before)
        else if (before) list.replace(before, item)
        else list.add(item)
        if (before && removes) known.delete(key)
        else known.set(key, item)
      }
      const sorted = [...known.values()].sort(byKey)
      expect([...list]).toEqual(sorted)
      expect(sorted.map((item) => list.rankOf(item))).toEqual(sorted.map((_, index) => index))
    }),
  )
})

it('thousands, in whatever order they come and go -> in order, each at its rank', () => {
  const list = new SortedList(byKey)
  const items = Array.from({ length: 5000 }, (_, index) => ({ key: (index * 1999) % 5000 }))
  for (const item of items) list.add(item)
  for (const item of items.filter(({ key }) => key % 3 === 0)) list.remove(item)
  const left = items.filter(({ key }) => key % 3 !== 0).sort(byKey)
  expect([...list].map(({ key }) => key)).toEqual(left.map(({ key }) => key))
  const ranked = left.filter((_, index) => index % 250 === 0)
  expect(ranked.map((item) => list.rankOf(item))).toEqual(ranked.map((_, index) => index * 250))
})

it('two that compare equal -> the very one that is meant goes', () => {
  const list = new SortedList(byKey)
  const [first, second] = [{ key: 1 }, { key: 1 }]
  list.add(first)
  list.add(second)
  list.remove(first)
  expect([...list]).toEqual([second])
  expect([...list][0]).toBe(second)
  list.remove(first)
  expect([...list]).toHaveLength(1)
})
