import { createContext, useContext } from 'react'
import { ENGLISH } from './english.js'
import { speak, type Words } from './language.js'

export const WordsContext = createContext<Words | undefined>(undefined)

let english: Words | undefined

/** The words in force; English where no provider says otherwise. */
export function useWords(): Words {
  const words = useContext(WordsContext)
  if (words) return words
  english ??= speak({ locale: 'en', messages: ENGLISH })
  return english
}
