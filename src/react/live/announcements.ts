import type { DownloadProgress, DownloadState } from '../../domain/progress.js'
import { percentOf } from '../card/bar.js'
import { describeDownload } from '../card/describeDownload.js'
import type { CardWords } from '../words/words.js'

/** Something worth hearing. */
export interface Announcement {
  readonly taskId: string
  readonly kind: 'done' | 'needsYou' | 'other'
  readonly text: string
}

/** What was last said of a download. */
export interface Heard {
  readonly state: DownloadState
  readonly reason: string | undefined
  readonly isStarted: boolean
  /** Epoch ms of its first byte on the way. */
  readonly movingSince: number | undefined
  readonly quartile: number
}

/** `undefined` before the first list: what is there already is no news. */
export type HeardOfAll = ReadonlyMap<string, Heard> | undefined

const QUARTILE_AFTER_MS = 10_000
const MANY = 3
const ALL = ''
const NEEDS_YOU = new Set<DownloadState>(['awaitingConsent', 'awaitingSpace', 'failed', 'rolledBack'])
const NOT_STARTED = new Set<DownloadState>(['resolving'])
/** What a download may be when it is first seen: then that is the news, and not that it started. */
const OUTCOMES = new Set<DownloadState>([...NEEDS_YOU, 'installed', 'cancelled'])

/** What is new since `before`, and what to compare with next time. Speeds, times and single percents are never news. */
export function announcementsOf(
  before: HeardOfAll,
  all: readonly DownloadProgress[],
  words: CardWords,
  now: number,
): { readonly heard: HeardOfAll; readonly news: readonly Announcement[] } {
  const isMany = all.filter(({ state }) => state === 'downloading').length > MANY
  const heard = new Map(all.map((progress) => [progress.taskId, hear(before?.get(progress.taskId), progress, now)]))
  if (!before) return { heard, news: [] }
  const news = all.flatMap((progress) => {
    const is = heard.get(progress.taskId)
    return is ? newsOf(before.get(progress.taskId), is, progress, isMany, words, now) : []
  })
  return { heard, news: isMany ? [...news, ...totalNews(before, heard, all, words)] : news }
}

function hear(before: Heard | undefined, progress: DownloadProgress, now: number): Heard {
  const { state, waitingFor, failure } = progress
  const isMoving = state === 'downloading'
  return {
    state,
    reason: failure?.code ?? waitingFor?.code,
    isStarted: before?.isStarted === true || !NOT_STARTED.has(state),
    movingSince: isMoving ? (before?.movingSince ?? now) : before?.movingSince,
    quartile: Math.max(before?.quartile ?? 0, Math.floor((percentOf(progress) ?? 0) / 25)),
  }
}

function newsOf(
  before: Heard | undefined,
  is: Heard,
  progress: DownloadProgress,
  isMany: boolean,
  words: CardWords,
  now: number,
): readonly Announcement[] {
  const isOutcome = OUTCOMES.has(is.state)
  if (is.isStarted && before?.isStarted !== true && !isOutcome) return [started(progress, words, now)]
  const hasMoved = before ? before.state !== is.state || before.reason !== is.reason : isOutcome
  if (hasMoved) return [moved(progress, words, now)]
  const isQuartile = before && is.quartile > before.quartile && is.state === 'downloading' && !isMany
  const isLong = is.movingSince !== undefined && now - is.movingSince > QUARTILE_AFTER_MS
  return isQuartile && isLong ? [quartile(progress, is.quartile, words, now)] : []
}

function started(progress: DownloadProgress, words: CardWords, now: number): Announcement {
  const { spoken } = words.messages
  const { totalBytes } = progress
  const size = totalBytes === undefined ? undefined : words.bytes(totalBytes)
  const text = words.say(size === undefined ? spoken.startedUnsized : spoken.started, {
    name: nameFor(progress, words, now),
    size,
  })
  return { taskId: progress.taskId, kind: 'other', text: text ?? '' }
}

function moved(progress: DownloadProgress, words: CardWords, now: number): Announcement {
  const { spoken } = words.messages
  const { name, title, sentence, note, state, taskId } = describe(progress, words, now)
  const parameters = { name, title: title.still ?? title.text, sentence: sentence?.still ?? sentence?.text ?? note }
  const text = words.say(spoken.state, parameters) ?? words.say(spoken.stateOnly, parameters)
  return { taskId, kind: kindOf(state), text: text ?? '' }
}

function quartile(progress: DownloadProgress, reached: number, words: CardWords, now: number): Announcement {
  const parameters = { name: nameFor(progress, words, now), n: reached * 25 }
  return { taskId: progress.taskId, kind: 'other', text: words.say(words.messages.spoken.quartile, parameters) ?? '' }
}

/** With many at work only their sum counts. */
function totalNews(
  before: ReadonlyMap<string, Heard>,
  heard: Map<string, Heard>,
  all: readonly DownloadProgress[],
  words: CardWords,
): readonly Announcement[] {
  const moving = all.filter(({ state, totalBytes }) => state === 'downloading' && totalBytes !== undefined)
  const total = moving.reduce((sum, { totalBytes = 0 }) => sum + totalBytes, 0)
  const done = moving.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0)
  const reached = total === 0 ? 0 : Math.min(3, Math.floor((4 * done) / total))
  const last = before.get(ALL)
  heard.set(ALL, { state: 'downloading', reason: undefined, isStarted: true, movingSince: 0, quartile: reached })
  if (!last || reached <= last.quartile) return []
  const text = words.say(words.messages.spoken.totalQuartile, { n: reached * 25 })
  return [{ taskId: ALL, kind: 'other', text: text ?? '' }]
}

function kindOf(state: DownloadState): Announcement['kind'] {
  if (state === 'installed') return 'done'
  return NEEDS_YOU.has(state) ? 'needsYou' : 'other'
}

function nameFor(progress: DownloadProgress, words: CardWords, now: number): string {
  return describe(progress, words, now).name
}

/** Without time to go and speed: those are for the eye. */
function describe(progress: DownloadProgress, words: CardWords, now: number) {
  return describeDownload(progress, {
    facts: {},
    callbacks: {},
    words,
    live: { remaining: undefined, speed: undefined },
    now,
  })
}
