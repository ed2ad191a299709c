import { ENGLISH } from './english.js'
import { speak, type Words } from './language.js'
import { localeTag } from './localeTag.js'
import type { Messages } from './messages.js'
import { createNumbers } from './numbers.js'

export type { CardWords, Words } from './language.js'

export interface WordsOptions {
  /** BCP 47. @default 'en' */
  readonly locale?: string
  /** @default English */
  readonly messages?: Messages
  /** As Intl names it. @default the device's */
  readonly timeZone?: string
}

/** The words of a locale. */
export function createWords({ locale = 'en', messages = ENGLISH, timeZone }: WordsOptions = {}): Words {
  const tag = localeTag(locale)
  return speak(tag, messages, createNumbers(tag, timeZone))
}
