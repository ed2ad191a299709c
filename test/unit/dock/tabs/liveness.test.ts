import { expect, it } from 'vitest'
import { Liveness } from '../../../../src/actors/tabs/liveness.js'
import { createVirtualClock } from '../../../../src/testing/index.js'

const MINUTE_MS = 60_000

/** A page that wants something of the leader, which answers when it is asked, or does not. */
function watchLeader(options: { answers: boolean; isVisible?: boolean }) {
  const clock = createVirtualClock()
  const seen = { asked: 0, silences: 0 }
  const liveness: Liveness = new Liveness({
    clock,
    isNeeded: () => true,
    isVisible: () => options.isVisible ?? true,
    ask: () => {
      seen.asked++
      // as a message, that comes when nothing else runs
      if (options.answers) clock.setTimeout(() => liveness.heard(), 0)
    },
    onSilent: () => seen.silences++,
  })
  liveness.look()
  return { clock, seen, liveness }
}

it('the leader answers every question -> it is asked again and again, and never called silent', async () => {
  const { clock, seen } = watchLeader({ answers: true })
  await clock.advance(MINUTE_MS)
  expect(seen.asked).toBeGreaterThan(10)
  expect(seen.silences).toBe(0)
})

it('the leader does not answer -> silent, after three questions', async () => {
  const { clock, seen } = watchLeader({ answers: false })
  while (seen.silences === 0) expect(await clock.advanceToNext()).toBe(true)
  expect(seen.asked).toBe(3)
})

it('nobody sees this page -> it asks, and calls nobody silent', async () => {
  const { clock, seen } = watchLeader({ answers: false, isVisible: false })
  await clock.advance(MINUTE_MS)
  expect(seen).toMatchObject({ silences: 0 })
  expect(seen.asked).toBeGreaterThan(10)
})

it('S13 this page stood still after its questions, and their answers lie unread -> it asks anew', async () => {
  const { clock, seen } = watchLeader({ answers: false })
  while (seen.asked < 3) await clock.advanceToNext()
  clock.standStill(MINUTE_MS)
  await clock.advance(0)
  expect(seen.silences).toBe(0)
})
