import { type ReactNode, useContext, useEffect, useState } from 'react'
import { usePluginDock } from '../dock/dockContext.js'
import { NowContext } from '../words/clock.js'
import { LanguageContext } from '../words/languageContext.js'
import { listen } from './listen.js'

/** The same text again is another message. */
interface Spoken {
  readonly turn: number
  readonly text: string
}

/**
 * Tells screen readers what happens to the dock's downloads: one polite region, always there, never in the way. What
 * makes up the words is fetched once the page stands.
 */
export function LiveRegion(): ReactNode {
  const dock = usePluginDock()
  const language = useContext(LanguageContext)
  const now = useContext(NowContext)
  const [spoken, setSpoken] = useState<Spoken>({ turn: 0, text: '' })
  useEffect(() => {
    const speak = (text: string) => setSpoken(({ turn }) => ({ turn: turn + 1, text }))
    return listen(dock, async () => (await import('./teller.js')).createTeller(dock, { language, now, speak }))
  }, [dock, language, now])
  return (
    <div className="pd-hidden" role="status" aria-live="polite">
      {/* a new element, as its text may be that of the one before, of which nothing would be told */}
      <span key={spoken.turn}>{spoken.text}</span>
    </div>
  )
}
