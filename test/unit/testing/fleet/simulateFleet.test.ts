import { describe, expect, it } from 'vitest'
import { EventHeap } from '../../../../src/testing/fleet/eventHeap.js'
import {
  busiestRate,
  type FleetPlan,
  type FleetReport,
  meanRate,
  simulateFleet,
} from '../../../../src/testing/index.js'
import { seededRandom } from '../../../../src/testing/seededRandom.js'

const MINUTE = 60
const MINUTE_MS = 60_000
const CLIENTS = 2000
/** Down from minute 20 to minute 30, a release at minute 70. */
const FLEET: FleetPlan = {
  clients: CLIENTS,
  plugins: 1,
  durationMs: 100 * MINUTE_MS,
  polls: { intervalMs: 20 * MINUTE_MS },
}
const TEN_MINUTES = { fromMs: 20 * MINUTE_MS, untilMs: 30 * MINUTE_MS }
const BEFORE = { from: 5 * MINUTE, until: 20 * MINUTE }
const OUTAGE = { from: 20 * MINUTE, until: 30 * MINUTE }
const AFTER = { from: 30 * MINUTE, until: 70 * MINUTE }

function inMinuteAfter(plan: Partial<FleetPlan>): number {
  const { requests } = simulateFleet({ ...FLEET, ...plan })
  return busiestRate(requests, { ...AFTER, windowSeconds: MINUTE }) / meanRate(requests, BEFORE)
}

/** So many that chance is not what is seen in ten seconds. */
function of(plan: Partial<FleetPlan>): FleetReport {
  return simulateFleet({ ...FLEET, clients: 8000, ...plan })
}

function inTenSecondsAfter({ requests }: FleetReport, laterSeconds = 0): number {
  const from = AFTER.from + laterSeconds
  return busiestRate(requests, { ...AFTER, from, windowSeconds: 10 }) / meanRate(requests, BEFORE)
}

/** All are told at once, of a release, at an origin that answers 20 requests a second. */
function tellAll(jitter: 'full' | 'none', retryAfter: string | undefined) {
  return simulateFleet({
    clients: CLIENTS,
    plugins: 1,
    durationMs: 55 * MINUTE_MS,
    releaseAtMs: 0,
    polls: { start: 'clock' },
    outage: { fromMs: 0, untilMs: 0 },
    retry: { jitter },
    origin: { requestsPerSecond: 20, retryAfter },
  })
}

describe('2,000 clients, and an origin that is down for ten minutes', () => {
  it('with the defaults -> afterwards less than twice as many requests as always', () => {
    expect(inMinuteAfter({})).toBeLessThan(2)
  })

  it.each(['busy', 'refused'] as const)(
    '%s, and no Retry-After -> the busiest ten seconds after it stay below twice',
    (answer) => {
      expect(inTenSecondsAfter(of({ outage: { ...TEN_MINUTES, answer } }))).toBeLessThan(2)
    },
  )

  it.each(['60', '300'])(
    'Retry-After: %s -> the busiest ten seconds after it stay below twice, and nobody gives up',
    (retryAfter) => {
      const report = of({ origin: { retryAfter } })
      expect(inTenSecondsAfter(report)).toBeLessThan(2)
      expect(meanRate(report.requests, OUTAGE) / meanRate(report.requests, BEFORE)).toBeLessThan(1.8)
      expect(report.failedDownloads).toBe(0)
    },
  )

  it('silent -> those whose requests hung try again; forty seconds later there are less than twice as many', () => {
    const report = of({ outage: { ...TEN_MINUTES, answer: 'silent' } })
    expect(inTenSecondsAfter(report)).toBeGreaterThan(4)
    expect(inTenSecondsAfter(report, 40)).toBeLessThan(2)
  })

  it('which says Retry-After: 900 -> nobody asks twice while it is down, nobody gives up, and less than twice as many after', () => {
    const origin = { retryAfter: '900' }
    const { requests, failedDownloads } = simulateFleet({ ...FLEET, origin })
    expect(failedDownloads).toBe(0)
    expect(meanRate(requests, OUTAGE) / meanRate(requests, BEFORE)).toBeLessThan(1.1)
    expect(inMinuteAfter({ origin })).toBeLessThan(2)
  })

  it('which says Retry-After: 900 to clients without jitter -> they come on top of the others, all ten minutes of them', () => {
    const origin = { retryAfter: '900' }
    expect(inMinuteAfter({ origin, retry: { jitter: 'none' } })).toBeGreaterThan(1.1 * inMinuteAfter({ origin }))
  })

  it('without Retry-After -> each that asks tries as often as it may, and the next poll finds it up again', () => {
    const { requests, failedDownloads } = simulateFleet(FLEET)
    const times = meanRate(requests, OUTAGE) / meanRate(requests, BEFORE)
    expect(times).toBeGreaterThan(4.5)
    expect(times).toBeLessThan(5.3)
    expect(failedDownloads).toBeGreaterThan(0)
  })

  it.each(['busy', 'refused', 'silent'] as const)('%s, and a release later -> all have it within a poll', (answer) => {
    const { updatedShare } = simulateFleet({
      ...FLEET,
      outage: { fromMs: 20 * MINUTE_MS, untilMs: 30 * MINUTE_MS, answer },
    })
    expect(updatedShare[69]).toBe(0)
    expect(updatedShare[80]).toBeGreaterThan(0.4)
    expect(updatedShare[95]).toBe(1)
  })

  it('in the middle of a release -> who was cut goes on, and all have it in the end', () => {
    const { updatedShare } = simulateFleet({ ...FLEET, releaseAtMs: 15 * MINUTE_MS })
    expect(updatedShare[29]).toBe(updatedShare[22])
    expect(updatedShare.at(-1)).toBe(1)
  })
})

describe('2,000 clients who are told at once', () => {
  const later = { from: MINUTE, until: 55 * MINUTE, windowSeconds: 1 }

  it('by an origin that says Retry-After: 120 -> they spread, and all are served', () => {
    const { requests, updatedShare } = tellAll('full', '120')
    expect(busiestRate(requests, later)).toBeLessThan(CLIENTS / 20)
    expect(updatedShare.at(-1)).toBeGreaterThan(0.99)
  })

  it('the same, without jitter -> they come back in the same second, and next to none is served', () => {
    const { requests, updatedShare } = tellAll('none', '120')
    expect(busiestRate(requests, later)).toBeGreaterThan(CLIENTS / 2)
    expect(updatedShare.at(-1)).toBeLessThan(0.2)
  })

  it('by an origin that says nothing -> most give up within half a minute', () => {
    const { requests, failedDownloads } = tellAll('full', undefined)
    expect(busiestRate(requests, later)).toBe(0)
    expect(failedDownloads).toBeGreaterThan(CLIENTS / 2)
  })
})

describe('a fleet', () => {
  it('the same seed -> the same run; another seed -> another', () => {
    const plan = { ...FLEET, clients: 200 }
    expect(simulateFleet(plan)).toEqual(simulateFleet(plan))
    expect(simulateFleet({ ...plan, seed: 2 }).requests).not.toEqual(simulateFleet(plan).requests)
  })

  it('clients with more plugins than may run at once -> admission keeps them apart, and all are updated', () => {
    const { requests, updatedShare } = simulateFleet({
      clients: 1,
      plugins: 9,
      durationMs: 20 * MINUTE_MS,
      releaseAtMs: 0,
      polls: { start: 'clock' },
      outage: { fromMs: 0, untilMs: 0 },
      origin: { concurrentTransfers: 3 },
    })
    expect(requests.reduce((sum, count) => sum + count)).toBe(18)
    expect(updatedShare.at(-1)).toBe(1)
  })

  it('an origin that sends few bundles at a time -> the others are told to come back, and do', () => {
    const { failures, updatedShare } = simulateFleet({
      ...FLEET,
      clients: 500,
      releaseAtMs: 35 * MINUTE_MS,
      origin: { concurrentTransfers: 1, retryAfter: '60' },
    })
    expect(meanRate(failures, { from: 35 * MINUTE, until: 60 * MINUTE })).toBeGreaterThan(0)
    expect(updatedShare.at(-1)).toBeGreaterThan(0.9)
  })
})

describe('events of a fleet', () => {
  it('pushed in any order -> popped by time', () => {
    const random = seededRandom(3)
    const heap = new EventHeap()
    const times = Array.from({ length: 500 }, () => Math.floor(random() * 100))
    times.forEach((at, code) => {
      heap.push(at, code)
    })
    const popped: number[] = []
    for (let at = heap.nextAt; at !== undefined; at = heap.nextAt) {
      expect(times[heap.pop() ?? -1]).toBe(at)
      popped.push(at)
    }
    expect(popped).toEqual([...times].sort((left, right) => left - right))
  })

  it('rates -> of the busiest window, and on average', () => {
    const series = [0, 0, 6, 4, 0, 0, 2]
    expect(busiestRate(series, { from: 0, until: 7, windowSeconds: 2 })).toBe(5)
    expect(busiestRate(series, { from: 4, until: 7, windowSeconds: 1 })).toBe(2)
    expect(meanRate(series, { from: 2, until: 4 })).toBe(5)
  })
})
