import { useContext } from 'react'
import { type AsideMessages, ENGLISH_ASIDE } from './englishAside.js'
import { ENGLISH_CARDS } from './englishCards.js'
import type { CardWords, Words } from './language.js'
import { LanguageContext, wordsIn } from './languageContext.js'

/** The same for a card and a list of cards: brings their words alone. */
export function useCardWords(): CardWords {
  return wordsIn(useContext(LanguageContext), ENGLISH_CARDS)
}

/** The same for what stands beside a list. */
export function useAsideWords(): Words<AsideMessages> {
  return wordsIn(useContext(LanguageContext), ENGLISH_ASIDE)
}
