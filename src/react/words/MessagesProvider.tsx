import { type ReactNode, useContext, useMemo } from 'react'
import { type Now, NowContext } from './clock.js'
import { LanguageContext } from './languageContext.js'
import { localeTag } from './localeTag.js'
import type { Messages } from './messages.js'
import { useShippedMessages } from './shipped.js'

export interface MessagesProviderProps {
  readonly children?: ReactNode
  /** BCP 47, for words and numbers, such as `navigator.language`; `'en'` for what Intl does not know as one. @default 'en' */
  readonly locale?: string | undefined
  /**
   * Words of another language, or other words. German ones come from `plugdock/react/german`.
   * @default English; for a German locale the shipped German ones, fetched when they are first needed: English stands
   * there until then, and on a server
   */
  readonly messages?: Messages | undefined
  /** As Intl names it. @default the device's */
  readonly timeZone?: string | undefined
  /** Epoch ms; a fixed one makes pictures that are always the same. @default the system's clock */
  readonly now?: Now | undefined
}

/** The language of the widgets below it. Needed only for widgets without a dock. */
export function MessagesProvider({
  children,
  locale: given = 'en',
  messages,
  timeZone,
  now,
}: MessagesProviderProps): ReactNode {
  const locale = useMemo(() => localeTag(given), [given])
  const outerNow = useContext(NowContext)
  const shipped = useShippedMessages(locale, messages === undefined)
  const inForce = messages ?? shipped
  const language = useMemo(() => ({ locale, messages: inForce, timeZone }), [locale, inForce, timeZone])
  return (
    <LanguageContext.Provider value={language}>
      <NowContext.Provider value={now ?? outerNow}>{children}</NowContext.Provider>
    </LanguageContext.Provider>
  )
}
