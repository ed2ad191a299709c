import { useState } from 'react'
import type { EvictionItem, EvictionPlan } from '../../domain/evictionPlan.js'
import type { PluginView } from '../dock/library.js'
import { useNow } from '../words/clock.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import { choicesOf, type FreeSpaceChoice, keptNames, suggestion, toggled } from './choices.js'

/** What is to be removed. */
export interface FreeSpaceSelection {
  readonly items: readonly EvictionItem[]
  /** Pinned plugins that may go nevertheless. */
  readonly pinnedPluginIds: readonly string[]
}

export interface FreeSpaceOptions {
  /** All that may go, in the order in which it would: of `planEviction` with more than there is. */
  readonly plan: EvictionPlan
  readonly plugins: readonly PluginView[]
  /** Whether what may go could not be found out: then it says so. @default false */
  readonly isUnreadable?: boolean | undefined
  /** What a download lacks; `undefined` where nothing waits. */
  readonly bytesNeeded?: number | undefined
  /** Of the download that waits. */
  readonly name?: string | undefined
  /** Removes. Rejects where not everything went. */
  readonly onRemove: (selection: FreeSpaceSelection) => Promise<void>
  /** Nothing was changed, or all was done. */
  readonly onClose: () => void
}

/** A dialog without its looks. */
export interface FreeSpaceModel {
  readonly state: 'choosing' | 'removing' | 'stuck'
  readonly title: string
  readonly text: string
  readonly choices: readonly (FreeSpaceChoice & { readonly isChosen: boolean })[]
  readonly kept: string | undefined
  readonly tally: string
  readonly isEnough: boolean
  readonly problem: string | undefined
  /** Absent where nothing could help. */
  readonly mainLabel: string | undefined
  readonly laterLabel: string
  toggle(id: string): void
  /** Removes, or, with too little chosen, answers what could be chosen next. */
  confirm(): string | undefined
}

/** Choices, sums and words of making room, ready to be drawn any way you like. */
export function useFreeSpace(options: FreeSpaceOptions): FreeSpaceModel {
  const { onRemove, onClose, bytesNeeded } = options
  const words = useWords()
  const now = useNow(false)
  const choices = choicesOf({ ...options, bytesNeeded }, words, now)
  const [own, setOwn] = useState<ReadonlySet<string>>()
  const [phase, setPhase] = useState<'choosing' | 'removing' | 'failed'>('choosing')
  const chosen = own ?? suggestion(choices, bytesNeeded)
  const taken = choices.filter(({ id }) => chosen.has(id))
  const texts = textsOf(options, { choices, taken, phase }, words)
  const remove = async () => {
    setPhase('removing')
    try {
      await onRemove(selectionOf(taken))
      onClose()
    } catch {
      setPhase('failed')
    }
  }
  return {
    ...texts,
    choices: choices.map((choice) => ({ ...choice, isChosen: chosen.has(choice.id) })),
    toggle: (id) => setOwn(toggled(chosen, choices, id)),
    confirm() {
      if (phase === 'removing') return undefined
      if (texts.isEnough && taken.length > 0) void remove()
      else return choices.find(({ id }) => !chosen.has(id))?.id
      return undefined
    },
  }
}

function selectionOf(taken: readonly FreeSpaceChoice[]): FreeSpaceSelection {
  return {
    items: taken.flatMap(({ items }) => items),
    pinnedPluginIds: taken.flatMap(({ kind, pluginId }) =>
      kind === 'pinned' && pluginId !== undefined ? [pluginId] : [],
    ),
  }
}

interface Choosing {
  readonly choices: readonly FreeSpaceChoice[]
  readonly taken: readonly FreeSpaceChoice[]
  readonly phase: 'choosing' | 'removing' | 'failed'
}

function textsOf(options: FreeSpaceOptions, { choices, taken, phase }: Choosing, words: Words) {
  const { bytesNeeded, name } = options
  const { freeSpace } = words.messages
  const say = (message: Parameters<Words['say']>[0], parameters = {}) => words.say(message, parameters) ?? ''
  const selectedBytes = sumOf(taken)
  const missingBytes = (bytesNeeded ?? 0) - selectedBytes
  const isStuck = options.isUnreadable === true || choices.length === 0 || sumOf(choices) < (bytesNeeded ?? 0)
  const selected = words.bytes(selectedBytes)
  const kept = keptNames({ ...options, bytesNeeded }, choices, words)
  const n = taken.length
  return {
    state: stateOf(isStuck, phase),
    title: titleOf(options, words),
    text: options.isUnreadable ? say(freeSpace.unreadable) : textOf(choices, isStuck, name !== undefined, words),
    kept: kept.length > 0 ? say(freeSpace.kept, { names: listOf(kept, words) }) : undefined,
    tally:
      bytesNeeded === undefined
        ? say(freeSpace.selected, { selected })
        : say(freeSpace.selectedOf, { selected, need: words.bytes(bytesNeeded) }),
    isEnough: missingBytes <= 0,
    problem: phase === 'failed' ? say(freeSpace.failed) : undefined,
    mainLabel: isStuck ? undefined : mainLabel({ missingBytes, n, isDownload: name !== undefined, phase }, words),
    laterLabel: say(isStuck ? freeSpace.close : freeSpace.notNow),
  } as const
}

function stateOf(isStuck: boolean, phase: Choosing['phase']): FreeSpaceModel['state'] {
  if (phase === 'removing') return 'removing'
  return isStuck ? 'stuck' : 'choosing'
}

function titleOf({ bytesNeeded, name }: FreeSpaceOptions, words: Words): string {
  const { title, titleOf: titleOfName, titleFor } = words.messages.freeSpace
  if (name === undefined) return words.say(title) ?? ''
  if (bytesNeeded === undefined) return words.say(titleOfName, { name }) ?? ''
  return words.say(titleFor, { need: words.bytes(bytesNeeded), name }) ?? ''
}

function textOf(choices: readonly FreeSpaceChoice[], isStuck: boolean, isDownload: boolean, words: Words): string {
  const { nothing, notEnough, suggested, choose, onlyPinned } = words.messages.freeSpace
  if (choices.length === 0) return words.say(nothing) ?? ''
  if (isStuck) return words.say(notEnough) ?? ''
  if (choices.every(({ kind }) => kind === 'pinned')) return words.say(onlyPinned) ?? ''
  return words.say(isDownload ? suggested : choose) ?? ''
}

interface Main {
  readonly missingBytes: number
  readonly n: number
  readonly isDownload: boolean
  readonly phase: Choosing['phase']
}

function mainLabel({ missingBytes, n, isDownload, phase }: Main, words: Words): string {
  const { removing, selectMore, removeAndContinue, remove } = words.messages.freeSpace
  if (phase === 'removing') return words.say(removing) ?? ''
  if (missingBytes > 0) return words.say(selectMore, { missing: words.bytes(missingBytes) }) ?? ''
  return words.say(isDownload ? removeAndContinue : remove, { n }) ?? ''
}

function listOf(names: readonly string[], { locale }: Words): string {
  return new Intl.ListFormat(locale, { type: 'unit' }).format(names)
}

function sumOf(choices: readonly FreeSpaceChoice[]): number {
  return choices.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
}
