import { useState } from 'react'
import type { NetworkConditions } from '../../dock/types.js'
import type { BandwidthPolicy, PolicyChange } from '../../domain/policy.js'
import type { IconName } from '../card/looks.js'
import type { RuleNow } from '../words/networkMessages.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import { presentRule } from './costs.js'

export interface BandwidthOptions {
  readonly policy: BandwidthPolicy
  readonly conditions: NetworkConditions
  /** Settles when it is kept. */
  readonly onChange: (part: PolicyChange) => Promise<void>
  /** Back to what the app began with. Not offered without it. */
  readonly onReset?: (() => Promise<void>) | undefined
}

/** One of several, of which one holds. */
export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  readonly isChosen: boolean
}

/** Settings without their looks. */
export interface BandwidthModel {
  /** What a download that is started now does. */
  readonly state: RuleNow
  readonly icon: IconName
  /** The sum of all settings, in a sentence. */
  readonly now: string
  readonly onMetered: readonly Choice<BandwidthPolicy['onMetered']>[]
  readonly onMeteredHint: string
  readonly connection: readonly Choice<BandwidthPolicy['connection']>[]
  /** Absent where the user has said it. */
  readonly connectionHint: string | undefined
  /** Absent where nothing is asked. */
  readonly askAboveMegabytes: number | undefined
  /** Absent where there is no limit. */
  readonly limitMegabytes: number | undefined
  readonly canRespectSaver: boolean
  readonly respectsSaver: boolean
  readonly problem: string | undefined
  change(part: PolicyChange): void
  /** Absent where it is not offered. */
  readonly reset: (() => void) | undefined
}

const MEGABYTE = 1_000_000

/** The first limit, for a person to change. */
export const FIRST_LIMIT_BYTES_PER_SECOND = MEGABYTE

/** What may be set, what holds, and what that comes to now, ready to be drawn any way you like. */
export function useBandwidthSettings({ policy, conditions, onChange, onReset }: BandwidthOptions): BandwidthModel {
  const words = useWords()
  const [problem, setProblem] = useState<string>()
  const { bandwidth } = words.messages
  const run = (work: Promise<void>) => {
    setProblem(undefined)
    work.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      setProblem(words.say(bandwidth.failed, { message }))
    })
  }
  const { rule } = presentRule(policy, conditions)
  const { onMetered, connection, askAboveBytes, limitBytesPerSecond, saveData } = policy
  return {
    state: rule,
    icon: rule === 'offline' ? 'offline' : 'wifi',
    now: describeRule(policy, conditions, words),
    onMetered: choices(['ask', 'allow', 'wait'], onMetered, bandwidth.onMeteredChoices, words),
    onMeteredHint: words.say(bandwidth.onMeteredHints[onMetered]) ?? '',
    connection: choices(['auto', 'metered', 'unmetered'], connection, bandwidth.connectionChoices, words),
    connectionHint: connection === 'auto' ? words.say(detectionHint(conditions, words)) : undefined,
    askAboveMegabytes: onMetered === 'ask' ? askAboveBytes / MEGABYTE : undefined,
    limitMegabytes: limitBytesPerSecond === undefined ? undefined : limitBytesPerSecond / MEGABYTE,
    canRespectSaver: conditions.saveData !== undefined,
    respectsSaver: saveData === 'respect',
    problem,
    change: (part) => run(onChange(part)),
    reset: onReset && (() => run(onReset())),
  }
}

/** Bytes of what a person wrote; whole ones. */
export function bytesOfMegabytes(megabytes: number): number {
  return Math.round(megabytes * MEGABYTE)
}

/** What becomes of a download that is started now, in a sentence. */
export function describeRule(policy: BandwidthPolicy, conditions: NetworkConditions, words: Words): string {
  const { rule, why } = presentRule(policy, conditions)
  const { limitBytesPerSecond: limit, askAboveBytes } = policy
  const { bandwidth } = words.messages
  return (
    words.say(bandwidth.now, {
      rule: words.say(bandwidth.rules[rule], { size: words.bytes(askAboveBytes) }),
      why: words.say(bandwidth.why[why]),
      rate: limit === undefined || rule === 'offline' ? undefined : (words.speed(limit) ?? words.slowest),
    }) ?? ''
  )
}

function detectionHint({ metered }: NetworkConditions, { messages: { bandwidth } }: Words) {
  return metered === undefined ? bandwidth.undetectable : bandwidth.detected
}

function choices<T extends string>(
  values: readonly T[],
  chosen: T,
  labels: Readonly<Record<T, Parameters<Words['say']>[0]>>,
  words: Words,
): readonly Choice<T>[] {
  return values.map((value) => ({ value, label: words.say(labels[value]) ?? '', isChosen: value === chosen }))
}
