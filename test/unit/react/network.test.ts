import { describe, expect, test } from 'vitest'
import type { NetworkConditions } from '../../../src/dock/types.js'
import { type BandwidthPolicy, DEFAULT_BANDWIDTH_POLICY } from '../../../src/domain/policy.js'
import { costReason, presentRule } from '../../../src/react/network/costs.js'

const FREE: NetworkConditions = { online: true, metered: false, saveData: false }
const METERED = { ...FREE, metered: true }
const SAVES = { ...FREE, saveData: true }
const policy = (part: Partial<BandwidthPolicy> = {}) => ({ ...DEFAULT_BANDWIDTH_POLICY, ...part })

describe('what a download that is started now does', () => {
  test.each<[string, Partial<BandwidthPolicy>, Partial<NetworkConditions>, string, string]>([
    ['offline', { onMetered: 'allow' }, { online: false }, 'offline', 'offline'],
    ['no limit', {}, FREE, 'free', 'unlimited'],
    ['nobody knows', {}, { metered: undefined }, 'free', 'unknown'],
    ['said to have no limit', { connection: 'unmetered' }, METERED, 'free', 'unlimitedChosen'],
    ['limited', {}, METERED, 'asks', 'metered'],
    ['limited, all are asked', { askAboveBytes: 0 }, METERED, 'asksAlways', 'metered'],
    ['limited, wait', { onMetered: 'wait' }, METERED, 'waits', 'metered'],
    ['limited, allowed', { onMetered: 'allow' }, METERED, 'free', 'allowed'],
    ['said to be limited', { connection: 'metered' }, FREE, 'asks', 'chosen'],
    ['data saver', {}, SAVES, 'asks', 'saveData'],
    ['data saver, ignored', { saveData: 'ignore' }, SAVES, 'free', 'unlimited'],
  ])('%s', (_, part, conditions, rule, why) => {
    expect(presentRule(policy(part), { ...FREE, ...conditions })).toEqual({ rule, why })
  })
})

test('limited and data saver -> the limit is what costs', () => {
  expect(costReason(policy(), { ...SAVES, metered: true })).toBe('metered')
  expect(costReason(policy(), FREE)).toBeUndefined()
})
