import { createContext } from 'react'
import { speak, type Words } from './language.js'
import type { Messages } from './messages.js'
import { createNumbers, type Numbers } from './numbers.js'

/** What a provider says of words. It brings none: widgets do, each its own. */
export interface Language {
  readonly locale: string
  /** In place of the English ones. */
  readonly messages: Messages | undefined
  readonly timeZone: string | undefined
}

export const LanguageContext = createContext<Language>({ locale: 'en', messages: undefined, timeZone: undefined })

interface Spoken {
  readonly numbers: Numbers
  readonly words: Map<Catalogue, Words<Catalogue>>
}

/** Words of some widgets, or of all. */
type Catalogue = Partial<Messages>

const spoken = new WeakMap<Language, Spoken>()

/** The words of a language, made once for each catalogue; of `english` where it has none of its own. */
export function wordsIn<Part extends Catalogue>(language: Language, english: Part): Words<Part> {
  const { locale, timeZone } = language
  const known = spoken.get(language) ?? { numbers: createNumbers(locale, timeZone), words: new Map() }
  spoken.set(language, known)
  const messages: Catalogue = language.messages ?? english
  const words = known.words.get(messages) ?? speak(locale, messages, known.numbers)
  known.words.set(messages, words)
  return words as Words<Part> // reason: what an app gives has the words of all widgets
}
