import { fill, type Parameters } from './fill.js'
import type { CardMessages, Message, Messages } from './messages.js'
import type { Numbers } from './numbers.js'

/** A language, ready to speak. */
export interface Words<Catalogue = Messages> extends Numbers {
  readonly locale: string
  readonly messages: Catalogue
  /** `undefined` where a parameter is not known that the message cannot do without. */
  say(message: Message, parameters?: Parameters): string | undefined
  /** `1st`, `2nd`; in German `1.` */
  ordinal(position: number): string
}

/** What a card and a list of cards say. */
export type CardWords = Words<CardMessages>

/** A catalogue with the numbers of its locale. Brings no catalogue with it: who draws one widget loads its words alone. */
export function speak<Catalogue extends Partial<CardMessages>>(
  locale: string,
  messages: Catalogue,
  numbers: Numbers,
): Words<Catalogue> {
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
      const ordinal = messages.figures?.ordinal
      return (ordinal && fill(ordinal, { n }, { ...grammar, plural: ordinals })) ?? numbers.plain.format(n)
    },
  }
}
