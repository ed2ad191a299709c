import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import type { Now } from '../words/clock.js'
import { ENGLISH_CARDS } from '../words/englishCards.js'
import { type Language, wordsIn } from '../words/languageContext.js'
import { Announcer } from './Announcer.js'
import { isAnswer } from './speech.js'

/** Puts what is new into words, and says it at a pace that can be listened to. */
export interface Teller {
  /** All downloads as they are now; the first are no news. */
  hear(all: readonly DownloadProgress[]): void
  /** What a widget did at a person's wish. */
  say(text: string): void
  stop(): void
}

interface Voice {
  readonly language: Language
  readonly now: Now
  readonly speak: (text: string) => void
}

export function createTeller(dock: PluginDock, { language, now, speak }: Voice): Teller {
  const words = wordsIn(language, ENGLISH_CARDS)
  const announcer = new Announcer({ now, setTimeout: later, clearTimeout: forget }, speak)
  // where the focus is nowhere, nothing shows what was pressed
  const isSeen = (taskId: string) => document.activeElement !== document.body && isAnswer(dock, taskId, Date.now())
  return {
    hear: (all) => announcer.hear(all, words, isSeen),
    say: (text) => announcer.say(text, words),
    stop: () => announcer.stop(),
  }
}

function later(callback: () => void, delayMs: number): unknown {
  return setTimeout(callback, delayMs)
}

function forget(timer: unknown): void {
  clearTimeout(timer as ReturnType<typeof setTimeout>) // reason: only what `later` returned comes back
}
