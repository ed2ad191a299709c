import { useContext } from 'react'
import { ENGLISH } from './english.js'
import type { Words } from './language.js'
import { LanguageContext, wordsIn } from './languageContext.js'

/** The words in force; English where no provider says otherwise. */
export function useWords(): Words {
  return wordsIn(useContext(LanguageContext), ENGLISH)
}
