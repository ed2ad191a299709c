import type { BandwidthPolicy } from '../../domain/policy.js'
import type { Message } from './message.js'

/** Why bytes cost: the device says so, the user said so, or the user wants to save data. */
export type CostReason = 'metered' | 'chosen' | 'saveData'

export interface ConsentMessages {
  readonly title: Message
  readonly why: Readonly<Record<CostReason, Message>>
  /** What becomes of it when it is not downloaded now. */
  readonly otherwise: Readonly<Record<CostReason, Message>>
  readonly here: Message
  readonly toDownload: Message
  readonly listName: Message
  readonly always: Message
  /** Whom `always` concerns as well. */
  readonly others: Message
  readonly starting: Message
  readonly failed: Message
}

/** What the policy comes to at this moment. */
export type RuleNow = 'offline' | 'free' | 'asks' | 'asksAlways' | 'waits'

export type RuleReason = CostReason | 'offline' | 'allowed' | 'unlimitedChosen' | 'unlimited' | 'unknown'

export interface BandwidthMessages {
  readonly title: Message
  readonly now: Message
  readonly rules: Readonly<Record<RuleNow, Message>>
  readonly why: Readonly<Record<RuleReason, Message>>
  readonly onMetered: Message
  readonly onMeteredChoices: Readonly<Record<BandwidthPolicy['onMetered'], Message>>
  readonly onMeteredHints: Readonly<Record<BandwidthPolicy['onMetered'], Message>>
  readonly askAbove: Message
  readonly connection: Message
  readonly connectionChoices: Readonly<Record<BandwidthPolicy['connection'], Message>>
  readonly detected: Message
  readonly undetectable: Message
  readonly limit: Message
  readonly limitValue: Message
  readonly saveData: Message
  readonly saveDataHint: Message
  readonly megabytes: Message
  readonly megabytesPerSecond: Message
  readonly reset: Message
  readonly failed: Message
}

export interface OfflineMessages {
  readonly offline: Message
  /** With `{n}` downloads that go on. */
  readonly offlineText: Message
  readonly offlineIdle: Message
  readonly back: Message
  readonly backText: Message
  readonly portal: Message
  readonly portalText: Message
}

export interface NetworkMessages {
  readonly consent: ConsentMessages
  readonly bandwidth: BandwidthMessages
  readonly offline: OfflineMessages
}
