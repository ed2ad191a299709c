import { usePreferences } from '../preferences.js'
import { ENGLISH } from './english.js'
import { GERMAN } from './german.js'
import type { PageWords } from './pageWords.js'

/** The page's words in the language of the settings. */
export function usePageWords(): PageWords {
  return usePreferences().preferences.language === 'de' ? GERMAN : ENGLISH
}
