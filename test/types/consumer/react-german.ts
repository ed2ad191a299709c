/** What an app writes against `plugdock/react/german`. */
import { createWords, type Messages } from 'plugdock/react'
import { GERMAN } from 'plugdock/react/german'

export const messages: Messages = GERMAN
export const words = createWords({ locale: 'de', messages: GERMAN })

// @ts-expect-error: the words are there once, for all
GERMAN.cancel = 'Weg damit'
