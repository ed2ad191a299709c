import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/testing/virtualClock.js'

describe('virtualClock', () => {
  it('time passes -> timers run in order of their due time, each at it', async () => {
    const clock = createVirtualClock({ now: 1000 })
    const ran: [string, number, number][] = []
    const note = (name: string) => () => void ran.push([name, clock.now(), clock.monotonic()])
    clock.setTimeout(note('late'), 300)
    clock.setTimeout(note('early'), 100)
    clock.setTimeout(note('early too'), 100)
    clock.setTimeout(note('never'), 301)
    await clock.advance(300)
    expect(ran).toEqual([
      ['early', 1100, 100],
      ['early too', 1100, 100],
      ['late', 1300, 300],
    ])
    expect([clock.now(), clock.monotonic(), clock.pendingTimers]).toEqual([1300, 300, 1])
  })

  it('a timer sets a timer, by way of promises and streams -> it runs in the same advance, at its time', async () => {
    const clock = createVirtualClock()
    const times: number[] = []
    const loop = async (left: number) => {
      times.push(clock.monotonic())
      await new Response('x').text()
      if (left > 0) clock.setTimeout(() => void loop(left - 1), 10)
    }
    clock.setTimeout(() => void loop(3), 10)
    await clock.advance(100)
    expect(times).toEqual([10, 20, 30, 40])
  })

  it('cleared, also by another timer and after it ran -> it does not run', async () => {
    const clock = createVirtualClock()
    const ran: string[] = []
    const first = clock.setTimeout(() => {
      ran.push('first')
      clock.clearTimeout(second)
    }, 1)
    const second = clock.setTimeout(() => void ran.push('second'), 1)
    await clock.advance(5)
    clock.clearTimeout(first)
    clock.clearTimeout(second)
    clock.clearTimeout(undefined)
    clock.setTimeout(() => void ran.push('third'), 1)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(5)
    expect(ran).toEqual(['first', 'third'])
  })

  it.each([0, -5, Number.NaN])('a delay of %s -> at once, but not within the call', async (delayMs) => {
    const clock = createVirtualClock()
    let ran = false
    clock.setTimeout(() => {
      ran = true
    }, delayMs)
    expect(ran).toBe(false)
    await clock.advance(0)
    expect([ran, clock.monotonic()]).toEqual([true, 0])
  })

  it('the user sets the clock -> now jumps, monotonic and timers do not', async () => {
    const clock = createVirtualClock()
    const ran: number[] = []
    clock.setTimeout(() => void ran.push(clock.monotonic()), 100)
    clock.setNow(5)
    await clock.advance(100)
    expect(clock.now()).toBe(105)
    expect(ran).toEqual([100])
  })

  it('to the next timer -> exactly that one, or false where there is none', async () => {
    const clock = createVirtualClock()
    clock.setTimeout(() => {}, 5000)
    expect(await clock.advanceToNext()).toBe(true)
    expect(clock.monotonic()).toBe(5000)
    expect(await clock.advanceToNext()).toBe(false)
  })

  it('the same seed -> the same chance, in [0, 1)', () => {
    const draw = (seed: number) => Array.from({ length: 100 }, createVirtualClock({ seed }).random)
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true)
  })

  it('any timers, any of them cleared -> the others run, ordered by due time, then by age', async () => {
    const timer = fc.record({ delayMs: fc.nat(20), cleared: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(timer, { maxLength: 60 }), async (timers) => {
        const clock = createVirtualClock({ turns: 0 })
        const ran: number[] = []
        const set = timers.map(({ delayMs }, at) => clock.setTimeout(() => void ran.push(at), delayMs))
        for (const [at, { cleared }] of timers.entries()) if (cleared) clock.clearTimeout(set[at])
        await clock.advance(20)
        const kept = timers
          .map(({ delayMs, cleared }, at) => ({ delayMs, cleared, at }))
          .filter(({ cleared }) => !cleared)
        expect(ran).toEqual(
          kept.sort((left, right) => left.delayMs - right.delayMs || left.at - right.at).map(({ at }) => at),
        )
      }),
    )
  })
})
