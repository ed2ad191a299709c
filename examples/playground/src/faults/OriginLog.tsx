import { useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { usePlayground } from '../playgroundContext.js'
import { usePageWords } from '../words/usePageWords.js'

/** The last requests, newest first. */
export function OriginLog(): ReactNode {
  const { events } = usePlayground().origin
  const { bytes } = useWords()
  const { faults: words } = usePageWords()
  return (
    <section className="pd-panel pg-panel" aria-labelledby="pg-log">
      <h2 id="pg-log">{words.log}</h2>
      {events.length === 0 ? <p>{words.logEmpty}</p> : null}
      <ol className="pg-log">
        {events.map(({ number, text, bytesSent, outcome }) => (
          <li key={number} data-outcome={outcome}>
            <code dir="ltr">{text}</code>
            <span className="pd-num">{words.sent(bytes(bytesSent), outcome)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
