import { ENGLISH } from './english.js'
import { GERMAN } from './german.js'
import { speak, type Words } from './language.js'
import type { Messages } from './messages.js'

export type { Words } from './language.js'

export interface WordsOptions {
  /** BCP 47. @default 'en' */
  readonly locale?: string
  /** @default the catalogue of the locale's language, or English */
  readonly messages?: Messages
  /** As Intl names it. @default the device's */
  readonly timeZone?: string
}

/** The words of a locale. */
export function createWords({ locale = 'en', messages = catalogueOf(locale), timeZone }: WordsOptions = {}): Words {
  return speak({ locale, messages, timeZone })
}

function catalogueOf(locale: string): Messages {
  return new Intl.Locale(locale).language === 'de' ? GERMAN : ENGLISH
}
