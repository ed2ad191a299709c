import { describe, expect, it } from 'vitest'
import {
  createVirtualClock,
  type Fault,
  header,
  status,
  together,
  type VirtualClock,
} from '../../../src/testing/index.js'
import { expectActive, expectInvariants } from './invariants.js'
import { openStage, type Run, type Stage, VARIANTS, type Variant } from './stage.js'
import { askedOf } from './story.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const OWN_DELAY_MS = 1000
/** Without chance: what is waited for is exactly known. */
const DOCK = { retry: { baseDelayMs: OWN_DELAY_MS, jitter: 'none' }, maxConcurrentDownloads: 1 } as const

interface Waiting {
  readonly stage: Stage
  readonly run: Run
  readonly clock: VirtualClock
  readonly delayMs: number
}

/** A download whose first answer is `faultAt`, made for the time on the dock's clock, and which waits now. */
async function beginBusy(variant: Variant, faultAt: (now: number) => Fault): Promise<Waiting> {
  const clock = createVirtualClock()
  const stage = await openStage({ host: { clock }, dock: DOCK })
  const plugin = await stage.publish(variant)
  stage.origin.script(plugin.path, faultAt(clock.now()))
  const run = await stage.start(plugin)
  const { waitingFor } = await stage.until(run, 'retrying')
  return { stage, run, clock, delayMs: (waitingFor?.until ?? Number.NaN) - clock.now() }
}

/** Not a millisecond before, and exactly then. */
async function expectAskedAfter({ stage, run, clock }: Waiting, delayMs: number): Promise<void> {
  const again = stage.origin.next('request', run.plugin.path)
  await clock.advance(delayMs - 1)
  expect(askedOf(stage, run)).toHaveLength(1)
  await clock.advance(1)
  await again
  await run.task.finished
  await expectInvariants(stage, run, { ended: 'installed', failures: 1 })
}

function busyUntil(at: number, serverNow: number): Fault {
  const retryAfter = new Date(at).toUTCString()
  return together(status(503, { retryAfter }), header('date', new Date(serverNow).toUTCString()))
}

describe.each(VARIANTS)('a server that is busy, %s', (variant) => {
  it.each([429, 503])('H37 %i with Retry-After: 7 -> asked again after 7 s, others go on meanwhile', async (code) => {
    const waiting = await beginBusy(variant, () => status(code, { retryAfter: 7 }))
    const { stage } = waiting
    const other = await stage.publish(variant, { id: 'acme.maps', size: 5000 })
    await (await stage.start(other)).task.finished
    await expectActive(stage.dock, other)
    await expectAskedAfter(waiting, 7000)
  })

  it('H38 a date, from a server whose clock is an hour ahead -> read against its own clock', async () => {
    const waiting = await beginBusy(variant, (now) => busyUntil(now + HOUR_MS + 7000, now + HOUR_MS))
    await expectAskedAfter(waiting, 7000)
  })

  it('H38 a date, from a server whose clock is an hour behind -> read against its own clock', async () => {
    const waiting = await beginBusy(variant, (now) => busyUntil(now - HOUR_MS + 7000, now - HOUR_MS))
    await expectAskedAfter(waiting, 7000)
  })

  it('H38 a date in the past -> soon, and never a negative time', async () => {
    const waiting = await beginBusy(variant, (now) => busyUntil(now - DAY_MS, now))
    expect(waiting.delayMs).toBeGreaterThanOrEqual(0)
    expect(waiting.delayMs).toBeLessThanOrEqual(OWN_DELAY_MS)
    await waiting.clock.advance(OWN_DELAY_MS)
    await waiting.run.task.finished
    await expectInvariants(waiting.stage, waiting.run, { ended: 'installed', failures: 1 })
  })

  it('H38 a date in ten years -> no longer than an hour', async () => {
    const waiting = await beginBusy(variant, (now) => busyUntil(now + 3650 * DAY_MS, now))
    expect(waiting.delayMs).toBeLessThanOrEqual(HOUR_MS)
    await expectAskedAfter(waiting, waiting.delayMs)
  })

  it('H39 99999999 seconds -> no longer than an hour', async () => {
    const waiting = await beginBusy(variant, () => status(503, { retryAfter: 99_999_999 }))
    expect(waiting.delayMs).toBeLessThanOrEqual(HOUR_MS)
    await expectAskedAfter(waiting, waiting.delayMs)
  })

  it.each(['-1', 'abc', '5, 9', '1e3', '0x10', '7 seconds', 'Infinity'])(
    'H39 Retry-After: %s -> ignored, the own back-off counts',
    async (retryAfter) => {
      const waiting = await beginBusy(variant, () => status(503, { retryAfter }))
      await expectAskedAfter(waiting, OWN_DELAY_MS)
    },
  )

  it.each([
    ['ahead', DAY_MS],
    ['back', -DAY_MS],
  ])('H58 the clock is set a day %s while it waits -> neither sooner nor later', async (_, jumpMs) => {
    const waiting = await beginBusy(variant, () => status(503, { retryAfter: 7 }))
    waiting.clock.setNow(waiting.clock.now() + jumpMs)
    await expectAskedAfter(waiting, 7000)
  })
})
