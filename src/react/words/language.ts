import { fill, type Grammar, type Parameters } from './fill.js'
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
  let plurals: Intl.PluralRules | undefined
  const grammar: Grammar = {
    get plural() {
      plurals ??= new Intl.PluralRules(locale)
      return plurals
    },
    get number() {
      return numbers.plain
    },
  }
  const own = {
    locale,
    messages,
    say: (message: Message, parameters: Parameters = {}) => fill(message, parameters, grammar),
    ordinal(n: number) {
      ordinals ??= new Intl.PluralRules(locale, { type: 'ordinal' })
      const ordinal = messages.figures?.ordinal
      return (ordinal && fill(ordinal, { n }, { plural: ordinals, number: numbers.plain })) ?? numbers.plain.format(n)
    },
  }
  // not spread: that would make the formatters which nobody needs yet
  const all = Object.defineProperties(own, Object.getOwnPropertyDescriptors(numbers))
  return all as typeof own & Numbers // reason: that is what it has been given
}
