import { describe, expect, it } from 'vitest'
import { withinTime } from '../../../src/domain/timeLimit.js'
import { createVirtualClock } from '../../../src/testing/index.js'

function setUp() {
  const clock = createVirtualClock()
  const discarded: string[] = []
  let arrive: (value: string) => void = () => {}
  const result = new Promise<string>((resolve) => {
    arrive = resolve
  })
  const limited = withinTime(result, {
    timers: clock,
    limitMs: 5000,
    onLate: () => new Error('too late'),
    discard: (late) => discarded.push(late),
  })
  return { clock, discarded, limited, arrive: (value: string) => arrive(value) }
}

describe('a handle that the browser may never give', () => {
  it('it comes in time -> the handle, and no timer stays', async () => {
    const { clock, discarded, limited, arrive } = setUp()
    arrive('handle')
    expect(await limited).toBe('handle')
    await clock.advance(5000)
    expect(discarded).toEqual([])
  })

  it('it does not come -> an error in time; what comes later is given back', async () => {
    const { clock, discarded, limited, arrive } = setUp()
    const failed = expect(limited).rejects.toThrow('too late')
    await clock.advance(5000)
    await failed
    arrive('handle')
    await clock.settle()
    expect(discarded).toEqual(['handle'])
  })
})
