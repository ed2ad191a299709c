import { describe, expect, it } from 'vitest'
import { type Circumstances, circumstancesOf, holdOf, type NetworkNeed } from '../../../src/domain/network.js'
import { type BandwidthPolicy, DEFAULT_BANDWIDTH_POLICY } from '../../../src/domain/policy.js'

const MB = 1_000_000
const NOWHERE = new Set<string>()

const need: NetworkNeed = {
  lane: 'transfer',
  stance: 'waits',
  initiator: 'user',
  origin: 'https://cdn.example',
  bytesToTransfer: 50 * MB,
}

/** Who asks, in the order of the columns below. */
const NEEDS: Readonly<Record<string, NetworkNeed>> = {
  'user, small': { ...need, bytesToTransfer: 10 * MB },
  'user, large': need,
  automatic: { ...need, initiator: 'automatic', bytesToTransfer: 1 },
  'user, not metered': { ...need, allowMetered: false, bytesToTransfer: 1 },
  'automatic, whatever it costs': { ...need, initiator: 'automatic', allowMetered: true },
}

const DEVICES = {
  free: { online: true, metered: false, saveData: false },
  unknown: { online: true, metered: undefined, saveData: undefined },
  metered: { online: true, metered: true, saveData: false },
  saving: { online: true, metered: false, saveData: true },
  both: { online: true, metered: true, saveData: true },
} as const

type Row = readonly [
  device: keyof typeof DEVICES,
  policy: Partial<BandwidthPolicy>,
  verdicts: readonly [small: string, large: string, automatic: string, notMetered: string, whatever: string],
]

const RUNS = ['runs', 'runs', 'runs', 'runs', 'runs'] as const
const METERED: Row['2'] = ['runs', 'consent', 'metered', 'metered', 'runs']
const METERED_WAIT: Row['2'] = ['metered', 'metered', 'metered', 'metered', 'runs']
const SAVING: Row['2'] = ['runs', 'consent', 'save-data', 'save-data', 'runs']
const SAVING_WAIT: Row['2'] = ['save-data', 'save-data', 'save-data', 'save-data', 'runs']
const SAVING_ALLOW: Row['2'] = ['runs', 'runs', 'save-data', 'save-data', 'runs']

const ROWS: readonly Row[] = [
  ['free', { onMetered: 'allow' }, RUNS],
  ['free', { onMetered: 'ask' }, RUNS],
  ['free', { onMetered: 'wait' }, RUNS],
  ['unknown', { onMetered: 'wait' }, RUNS],
  ['metered', { onMetered: 'allow' }, RUNS],
  ['metered', { onMetered: 'ask' }, METERED],
  ['metered', { onMetered: 'wait' }, METERED_WAIT],
  ['metered', { onMetered: 'wait', connection: 'unmetered' }, RUNS],
  ['metered', { onMetered: 'ask', connection: 'metered' }, METERED],
  ['free', { onMetered: 'ask', connection: 'metered' }, METERED],
  ['free', { onMetered: 'wait', connection: 'metered' }, METERED_WAIT],
  ['unknown', { onMetered: 'ask', connection: 'metered' }, METERED],
  ['free', { onMetered: 'allow', connection: 'metered' }, RUNS],
  ['saving', { onMetered: 'allow' }, SAVING_ALLOW],
  ['saving', { onMetered: 'ask' }, SAVING],
  ['saving', { onMetered: 'wait' }, SAVING_WAIT],
  ['saving', { onMetered: 'ask', connection: 'unmetered' }, SAVING],
  ['saving', { onMetered: 'wait', saveData: 'ignore' }, RUNS],
  ['both', { onMetered: 'allow' }, SAVING_ALLOW],
  ['both', { onMetered: 'ask' }, METERED],
  ['both', { onMetered: 'wait' }, METERED_WAIT],
  ['both', { onMetered: 'wait', connection: 'unmetered' }, SAVING_WAIT],
  ['both', { onMetered: 'wait', connection: 'unmetered', saveData: 'ignore' }, RUNS],
  ['both', { onMetered: 'ask', saveData: 'ignore' }, METERED],
]

const circumstances = (device: keyof typeof DEVICES, policy: Partial<BandwidthPolicy> = {}): Circumstances =>
  circumstancesOf({ ...DEFAULT_BANDWIDTH_POLICY, ...policy }, DEVICES[device])

const CASES = ROWS.flatMap(([device, policy, verdicts]) =>
  Object.entries(NEEDS).map(([who, asks], column) => ({
    device,
    policy: Object.entries(policy).flat().join(' '),
    who,
    verdict: verdicts[column],
    hold: holdOf(asks, circumstances(device, policy), NOWHERE),
  })),
)

describe('what the network may be used for', () => {
  it.each(CASES)('$device, $policy: $who -> $verdict', ({ hold, verdict }) => {
    expect(hold?.code ?? 'runs').toBe(verdict)
  })

  it.each(CASES)('$device, $policy: $who, offline -> offline', ({ device, who }) => {
    const offline = { ...circumstances(device), online: false }
    expect(holdOf({ ...need, ...NEEDS[who] }, offline, NOWHERE)).toEqual({ code: 'offline' })
  })

  it('consent -> says how much there is to fetch', () => {
    expect(holdOf(need, circumstances('metered'), NOWHERE)).toEqual({ code: 'consent', bytesToTransfer: 50 * MB })
  })

  it.each([
    ['user', 'ask', 'runs'],
    ['user', 'wait', 'runs'],
    ['automatic', 'ask', 'metered'],
    ['automatic', 'allow', 'runs'],
  ] as const)('a manifest on a metered network, %s, %s -> %s', (initiator, onMetered, verdict) => {
    const asks: NetworkNeed = { ...need, lane: 'resolve', initiator, bytesToTransfer: 0 }
    expect(holdOf(asks, circumstances('metered', { onMetered }), NOWHERE)?.code ?? 'runs').toBe(verdict)
  })

  it('a back-off after a failure of the network -> gives way to nothing but its end', () => {
    const backsOff: NetworkNeed = { ...need, stance: 'backsOff' }
    expect(holdOf(backsOff, circumstances('metered', { onMetered: 'wait' }), NOWHERE)).toBeUndefined()
    expect(holdOf(backsOff, { ...circumstances('free'), online: false }, NOWHERE)).toEqual({ code: 'offline' })
  })

  it.each([
    ['waits', { code: 'captive-portal', host: 'cdn.example' }],
    ['runs', undefined],
  ] as const)('another download was answered with a web page from there, and this one %s -> %o', (stance, hold) => {
    const portals = new Set([need.origin])
    expect(holdOf({ ...need, stance }, circumstances('free'), portals)).toEqual(hold)
    expect(holdOf({ ...need, stance, origin: 'https://other.example' }, circumstances('free'), portals)).toBeUndefined()
  })
})
