import type { DownloadProgress, DownloadState } from '../../domain/progress.js'
import type { Situation } from '../words/messages.js'
import type { CardWords } from '../words/words.js'
import { actionsOf, type CardActions, type DownloadCallbacks } from './actions.js'
import { barOf, type CardBar, type CardStep, shownPercent, stepsOf } from './bar.js'
import type { DownloadFacts } from './facts.js'
import { type Figure, figuresOf } from './figures.js'
import { type IconName, lookOf, TONES, type Tone } from './looks.js'
import { nameOf, parametersOf } from './parameters.js'
import { situationOf } from './situation.js'

/** A text that may count. Screen readers get `still` in its place, so that no second is read out. */
export interface CardText {
  readonly text: string
  readonly still: string | undefined
}

export interface CardDetail {
  readonly term: string
  readonly value: string
}

/** Everything a card shows, as plain data: what to draw is up to the view. */
export interface CardDescription {
  readonly taskId: string
  readonly state: DownloadState
  /** Why it waits or failed: `waitingFor.code` or `failure.code`. */
  readonly reason: string | undefined
  readonly situation: Situation
  readonly tone: Tone
  readonly icon: IconName
  readonly name: string
  readonly versions: { readonly from: string | undefined; readonly to: string | undefined }
  readonly percent: string | undefined
  readonly title: CardText
  readonly sentence: CardText | undefined
  readonly bar: CardBar | undefined
  readonly figures: readonly Figure[]
  readonly steps: readonly CardStep[]
  readonly stepsLabel: string
  readonly note: string | undefined
  readonly details: readonly CardDetail[]
  readonly actions: CardActions
}

/** What moves while nothing else does, made calm elsewhere. */
export interface LiveTexts {
  /** Of the time to go. */
  readonly remaining: string | undefined
  readonly speed: string | undefined
}

export interface CardOptions {
  readonly facts: DownloadFacts
  readonly callbacks: DownloadCallbacks
  readonly words: CardWords
  readonly live: LiveTexts
  /** Epoch ms. */
  readonly now: number
}

const NO_OPEN: DownloadCallbacks = { onOpen: undefined }
const NO_START: DownloadCallbacks = { onDownloadAgain: undefined, onTryVersion: undefined }

/** A download in words, numbers and actions. */
export function describeDownload(progress: DownloadProgress, options: CardOptions): CardDescription {
  const { facts, words, live, now } = options
  const callbacks = {
    ...options.callbacks,
    ...(facts.isSourceGone ? NO_START : undefined),
    ...(facts.isRemoved ? NO_OPEN : undefined),
  }
  const { state, waitingFor, failure } = progress
  const { messages } = words
  const situation = situationOf(progress, facts, now)
  const parameters = { ...parametersOf(progress, facts, words, now), eta: live.remaining }
  const said = messages.situations[situation]
  const percent = shownPercent(progress)
  const name = nameOf(progress, facts, words)
  const say = (message: Parameters<CardWords['say']>[0] | undefined) =>
    message === undefined ? undefined : words.say(message, parameters)
  return {
    taskId: progress.taskId,
    state,
    reason: failure?.code ?? waitingFor?.code,
    situation,
    tone: TONES[state],
    icon: lookOf(state, situation).icon,
    name,
    versions: versionsOf(progress),
    percent: percent === undefined ? undefined : words.percent(percent),
    title: { text: say(said.title) ?? '', still: say(said.stillTitle) },
    sentence: textOf(say(said.sentence), say(said.stillSentence)),
    bar: barOf(progress, words.say(messages.progressName, { name }) ?? name),
    figures: figuresOf(progress, live.speed, words, now),
    steps: stepsOf(progress, (step) => words.say(messages.steps[step]) ?? ''),
    stepsLabel: words.say(messages.steps.label) ?? '',
    note: noteOf(
      progress,
      { note: say(said.note), kept: progress.bytesDownloaded > 0 ? say(said.kept) : undefined },
      words,
    ),
    details: detailsOf(progress, words),
    actions: actionsOf(progress, situation, parameters, callbacks, words),
  }
}

function textOf(text: string | undefined, still: string | undefined): CardText | undefined {
  return text === undefined ? undefined : { text, still }
}

function versionsOf({ state, version, previousVersion }: DownloadProgress): CardDescription['versions'] {
  if (previousVersion === undefined || state === 'installed' || state === 'cancelled')
    return { from: undefined, to: version }
  return state === 'rolledBack' ? { from: version, to: previousVersion } : { from: previousVersion, to: version }
}

interface NoteParts {
  readonly note: string | undefined
  readonly kept: string | undefined
}

/** A failure for which our words do not do says what the core says. */
function noteOf({ failure, previousVersion }: DownloadProgress, { note, kept }: NoteParts, words: CardWords) {
  if (!failure) return note
  const previous = words.say(words.messages.previousKeepsWorking, { previous: previousVersion })
  return [note ?? sentenceOf(failure.message), kept, previous].filter((part) => part !== undefined).join(' ')
}

function sentenceOf(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

function detailsOf(
  { failure }: DownloadProgress,
  { messages: { details }, say, plain }: CardWords,
): readonly CardDetail[] {
  if (!failure) return []
  const rows = [
    [details.code, failure.code],
    [details.message, failure.message],
    [details.address, failure.url],
    [details.status, failure.status === undefined ? undefined : String(failure.status)],
    [details.attempt, plain.format(failure.attempt)],
  ] as const
  return rows.flatMap(([term, value]) => (value === undefined ? [] : [{ term: say(term) ?? '', value }]))
}
