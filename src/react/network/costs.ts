import type { NetworkConditions } from '../../dock/types.js'
import { circumstancesOf } from '../../domain/network.js'
import type { BandwidthPolicy } from '../../domain/policy.js'
import type { CostReason, RuleNow, RuleReason } from '../words/networkMessages.js'

/** Why bytes cost now; `undefined` where they do not. */
export function costReason(policy: BandwidthPolicy, conditions: NetworkConditions): CostReason | undefined {
  const { metered, savesData } = circumstancesOf(policy, conditions)
  if (metered) return policy.connection === 'metered' ? 'chosen' : 'metered'
  return savesData ? 'saveData' : undefined
}

/** What becomes of a download that a person starts now, and why. */
export interface PresentRule {
  readonly rule: RuleNow
  readonly why: RuleReason
}

/** What all settings together come to, on the network as it is. */
export function presentRule(policy: BandwidthPolicy, conditions: NetworkConditions): PresentRule {
  if (!conditions.online) return { rule: 'offline', why: 'offline' }
  const cost = costReason(policy, conditions)
  if (cost === undefined) return { rule: 'free', why: freeReason(policy, conditions) }
  switch (policy.onMetered) {
    case 'allow':
      return { rule: 'free', why: 'allowed' }
    case 'wait':
      return { rule: 'waits', why: cost }
    case 'ask':
      return { rule: policy.askAboveBytes > 0 ? 'asks' : 'asksAlways', why: cost }
  }
}

function freeReason({ connection }: BandwidthPolicy, { metered }: NetworkConditions): RuleReason {
  if (connection === 'unmetered') return 'unlimitedChosen'
  return metered === undefined ? 'unknown' : 'unlimited'
}
