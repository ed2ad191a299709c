import { type ReactNode, useContext, useMemo } from 'react'
import { type Now, NowContext } from './clock.js'
import type { Messages } from './messages.js'
import { createWords } from './words.js'
import { WordsContext } from './wordsContext.js'

export interface MessagesProviderProps {
  readonly children?: ReactNode
  /** BCP 47, for words and numbers. @default 'en' */
  readonly locale?: string | undefined
  /** Words of another language, or other words. @default the shipped ones of the locale's language, or English */
  readonly messages?: Messages | undefined
  /** As Intl names it. @default the device's */
  readonly timeZone?: string | undefined
  /** Epoch ms; a fixed one makes pictures that are always the same. @default the system's clock */
  readonly now?: Now | undefined
}

/** The language of the widgets below it. Needed only for widgets without a dock. */
export function MessagesProvider({ children, locale, messages, timeZone, now }: MessagesProviderProps): ReactNode {
  const outerNow = useContext(NowContext)
  const words = useMemo(() => createWords(options({ locale, messages, timeZone })), [locale, messages, timeZone])
  return (
    <WordsContext.Provider value={words}>
      <NowContext.Provider value={now ?? outerNow}>{children}</NowContext.Provider>
    </WordsContext.Provider>
  )
}

function options(props: Pick<MessagesProviderProps, 'locale' | 'messages' | 'timeZone'>) {
  const { locale, messages, timeZone } = props
  return {
    ...(locale === undefined ? {} : { locale }),
    ...(messages === undefined ? {} : { messages }),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}
