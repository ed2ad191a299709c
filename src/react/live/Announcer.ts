import type { DownloadProgress } from '../../domain/progress.js'
import type { CardWords } from '../words/words.js'
import { type Announcement, announcementsOf, type HeardOfAll } from './announcements.js'

/** Timers and time, so that tests can hold them. */
export interface AnnouncerClock {
  now(): number
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(timer: unknown): void
}

const GAP_MS = 3000
const MANY = 3

/** Tells what is new at a pace that can be listened to: one message in three seconds, of each download the newest. */
export class Announcer {
  readonly #clock: AnnouncerClock
  readonly #speak: (text: string) => void
  readonly #waiting = new Map<string, Announcement>()
  #heard: HeardOfAll
  #timer: unknown
  #spokeAt = Number.NEGATIVE_INFINITY

  constructor(clock: AnnouncerClock, speak: (text: string) => void) {
    this.#clock = clock
    this.#speak = speak
  }

  /** `isAnswer`: whether it is what a person has just pressed, and sees; what needs somebody is said all the same. */
  hear(all: readonly DownloadProgress[], words: CardWords, isAnswer: (taskId: string) => boolean = () => false): void {
    const { heard, news } = announcementsOf(this.#heard, all, words, this.#clock.now())
    this.#heard = heard
    for (const item of news) {
      if (item.kind === 'other' && isAnswer(item.taskId)) continue
      this.#waiting.delete(item.taskId)
      this.#waiting.set(item.taskId, item)
    }
    if (this.#waiting.size > 0) this.#arm(words)
  }

  /** What a widget did at a person's wish. */
  say(text: string, words: CardWords): void {
    this.#waiting.set(text, { taskId: text, kind: 'other', text })
    this.#arm(words)
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(words: CardWords): void {
    this.#timer ??= this.#clock.setTimeout(() => this.#next(words), this.#untilNext())
  }

  #untilNext(): number {
    return Math.max(0, this.#spokeAt + GAP_MS - this.#clock.now())
  }

  #next(words: CardWords): void {
    this.#timer = undefined
    const text = this.#take(words)
    if (text === undefined) return
    this.#spokeAt = this.#clock.now()
    this.#speak(text)
    if (this.#waiting.size > 0) this.#timer = this.#clock.setTimeout(() => this.#next(words), GAP_MS)
  }

  #take(words: CardWords): string | undefined {
    const counted = [...this.#waiting.values()].filter(({ kind }) => kind !== 'other')
    const taken = counted.length >= MANY ? counted : [...this.#waiting.values()].slice(0, 1)
    for (const { taskId } of taken) this.#waiting.delete(taskId)
    return counted.length >= MANY ? merged(counted, words) : taken[0]?.text
  }
}

function merged(counted: readonly Announcement[], words: CardWords): string | undefined {
  const { spoken } = words.messages
  const done = counted.filter(({ kind }) => kind === 'done').length
  const needsYou = counted.length - done
  const doneText = words.say(spoken.mergedDone, { n: done })
  const waitingText = words.say(spoken.mergedNeedsYou, { n: needsYou })
  if (needsYou === 0) return doneText
  return done === 0 ? waitingText : words.say(spoken.merged, { doneText, waitingText })
}
