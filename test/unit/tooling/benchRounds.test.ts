import { describe, expect, it } from 'vitest'
import { benchOptions } from '../../../bench/report/options.mjs'
import { inParts } from '../../../bench/report/parts.mjs'
import { inRounds } from '../../../bench/report/rounds.mjs'
import { inWords, spread } from '../../../bench/report/spread.mjs'

/** Works that note in which order they ran; `broken` fails from the second round on. */
function noted() {
  const order: string[] = []
  const work = (name: string) => (round: number) => {
    order.push(`${name}${round}`)
    if (name === 'broken' && round > 1) throw new Error('worn out')
    return { ms: round }
  }
  return { order, work }
}

describe('rounds of a bench', () => {
  it('two works -> one after the other, every other round backwards, and the first round does not count', async () => {
    const { order, work } = noted()
    const rounds = await inRounds({ a: work('a'), b: work('b') }, { rounds: 2 })
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2'])
    expect(rounds).toEqual([
      { a: { ms: 1 }, b: { ms: 1 } },
      { a: { ms: 2 }, b: { ms: 2 } },
    ])
  })

  it('a peer that fails -> told, and left out of all rounds', async () => {
    const { order, work } = noted()
    const failures: string[] = []
    const rounds = await inRounds(
      { a: work('a'), broken: work('broken') },
      { rounds: 3, onFailure: (name, error) => failures.push(`${name}: ${error}`) },
    )
    expect(failures).toEqual(['broken: Error: worn out'])
    expect(rounds).toEqual([{ a: { ms: 1 } }, { a: { ms: 2 } }, { a: { ms: 3 } }])
    expect(order.filter((name) => name.startsWith('broken'))).toEqual(['broken0', 'broken1', 'broken2'])
  })

  it('the time is over -> no more rounds, but one that counts', async () => {
    const { order, work } = noted()
    const rounds = await inRounds({ a: work('a') }, { rounds: 5, maxMs: 0 })
    expect(order).toEqual(['a0', 'a1'])
    expect(rounds).toEqual([{ a: { ms: 1 } }])
  })

  it('a work that must not fail -> the bench fails', async () => {
    const { work } = noted()
    await expect(inRounds({ broken: work('broken') }, { rounds: 2 })).rejects.toThrow('worn out')
  })
})

describe('parts of a bench', () => {
  function parted() {
    const told: string[] = []
    const options = {
      open: async () => {
        told.push('open')
        return told
      },
      close: async () => void told.push('close'),
      onFailure: (name: string, error: unknown) => told.push(`${name}: ${error}`),
    }
    return { told, options }
  }

  it('one fails, one hangs -> told, closed, and the next runs', async () => {
    const { told, options } = parted()
    const parts = {
      broken: { maxMs: 60_000, run: () => Promise.reject(new Error('worn out')) },
      hanging: { maxMs: 1, run: () => new Promise<void>(() => {}) },
      sound: { maxMs: 60_000, run: async () => void told.push('measured') },
    }
    await inParts(parts, options)
    const broken = ['open', 'close', 'broken: Error: worn out']
    const hanging = ['open', 'close', 'hanging: Error: It took longer than 0.001 s']
    expect(told).toEqual([...broken, ...hanging, 'open', 'measured', 'close'])
  })

  it('what a part needs cannot be opened -> told, and the next is tried', async () => {
    const { told, options } = parted()
    const open = () => Promise.reject(new Error('no browser'))
    const run = async () => {}
    await inParts({ a: { maxMs: 60_000, run }, b: { maxMs: 60_000, run } }, { ...options, open })
    expect(told).toEqual(['a: Error: no browser', 'b: Error: no browser'])
  })
})

describe('figures of a bench', () => {
  it('samples -> the one in the middle, the least and the most', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 })
  })

  it('in words -> as many digits as the largest is worth', () => {
    expect(inWords({ median: 1.234, min: 1, max: 1.5 })).toBe('1.23 (1-1.50)')
    expect(inWords({ median: 123.4, min: 99.9, max: 130.2 })).toBe('123 (100-130)')
    expect(inWords({ median: 0, min: 0, max: 0 })).toBe('0')
  })
})

describe('options of a bench', () => {
  it('nothing said -> a bench has its own defaults and those of all', () => {
    expect(benchOptions({ mib: 256, clients: '' }, [])).toMatchObject({ mib: 256, clients: '', rounds: 5, keep: false })
  })

  it('said -> in the type of the default', () => {
    const options = benchOptions({ mib: 256, check: false }, ['--mib', '1', '--check', '--rounds', '2', '--json', 'a'])
    expect(options).toMatchObject({ mib: 1, check: true, rounds: 2, json: 'a' })
  })

  it('no number where one belongs -> refused by name', () => {
    expect(() => benchOptions({ mib: 256 }, ['--mib', 'many'])).toThrow('--mib')
  })
})
