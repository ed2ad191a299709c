import { fill, type Parameters } from './fill.js'
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

export interface LanguageOptions {
  /** BCP 47. */
  readonly locale: string
  readonly messages: Messages
  /** As Intl names it. @default the device's */
  readonly timeZone?: string | undefined
}

/** A catalogue with the numbers of its locale. Brings no catalogue with it: who draws one widget loads one language. */
export function speak({ locale, messages, timeZone }: LanguageOptions): Words {
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
