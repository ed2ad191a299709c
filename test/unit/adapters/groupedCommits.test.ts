import { describe, expect, it } from 'vitest'
import { GroupedCommits } from '../../../src/adapters/groupedCommits.js'
import type { RecordChange } from '../../../src/ports/recordStore.js'

const change = (key: string): RecordChange => ({ key, value: { v: 1 } })

/** Transactions that end when they are told to. */
function heldTransactions() {
  const begun: { readonly keys: readonly string[]; readonly epoch: number; end(error?: Error): void }[] = []
  const commits = new GroupedCommits(
    (changes, epoch) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve())
        begun.push({ keys: changes.map(({ key }) => key), epoch, end })
      }),
  )
  return { begun, commits }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('GroupedCommits', () => {
  it('one alone -> begun at once', () => {
    const { begun, commits } = heldTransactions()
    void commits.commit([change('a'), change('b')], 1)
    expect(begun).toMatchObject([{ keys: ['a', 'b'], epoch: 1 }])
  })

  it('several while one is under way -> together in the next, in their order', async () => {
    const { begun, commits } = heldTransactions()
    const all = ['a', 'b', 'c'].map((key) => commits.commit([change(key)], 1))
    expect(begun).toHaveLength(1)
    begun[0]?.end()
    await all[0]
    await settled()
    expect(begun.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']])
    begun[1]?.end()
    await expect(Promise.all(all)).resolves.toHaveLength(3)
  })

  it('of two leaders -> each in a transaction of its own, the earlier first', async () => {
    const { begun, commits } = heldTransactions()
    void commits.commit([change('a')], 1)
    void commits.commit([change('b')], 1)
    void commits.commit([change('c')], 2)
    for (let at = 0; at < 3; at++) {
      begun[at]?.end()
      await settled()
    }
    expect(begun.map(({ keys, epoch }) => [...keys, epoch])).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ])
  })

  it('one of a group is wrong -> it fails alone, the others are written', async () => {
    const written: string[] = []
    const commits = new GroupedCommits(async (changes) => {
      await settled()
      if (changes.some(({ key }) => key === 'wrong')) throw new Error('wrong')
      written.push(...changes.map(({ key }) => key))
    })
    const all = ['a', 'b', 'wrong', 'c'].map((key) => commits.commit([change(key)], 1))
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(written).toEqual(['a', 'b', 'c'])
  })
})
