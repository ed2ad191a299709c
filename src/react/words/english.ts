import { ENGLISH_CARDS } from './englishCards.js'
import { ENGLISH_WIDGETS } from './englishWidgets.js'
import type { Messages } from './messages.js'

/** The words in English. */
export const ENGLISH: Messages = { ...ENGLISH_CARDS, ...ENGLISH_WIDGETS }
