import { ENGLISH } from './english.js'
import { fill, type Parameters } from './fill.js'
import { GERMAN } from './german.js'
import type { Message, Messages } from './messages.js'
import { createNumbers, type Numbers } from './numbers.js'

/** A language, ready to speak. */
export interface Words extends Numbers {
  readonly locale: string
  readonly messages: Messages
  /** `undefined` where a parameter is not known that the message cannot do without. */
  say(message: Message, parameters?: Parameters): string | undefined
  /** `1st`, `2nd`; in German `1.` */
  ordinal(position: number): string
}

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
  const numbers = createNumbers(locale, timeZone)
  let ordinals: Intl.PluralRules | undefined
  const grammar = { plural: new Intl.PluralRules(locale), number: numbers.plain }
  const say = (message: Message, parameters: Parameters = {}) => fill(message, parameters, grammar)
  return {
    ...numbers,
    locale,
    messages,
    say,
    ordinal(n) {
      ordinals ??= new Intl.PluralRules(locale, { type: 'ordinal' })
      return fill(messages.figures.ordinal, { n }, { ...grammar, plural: ordinals }) ?? numbers.plain.format(n)
    },
  }
}

function catalogueOf(locale: string): Messages {
  return new Intl.Locale(locale).language === 'de' ? GERMAN : ENGLISH
}
