import { type ReactNode, useId } from 'react'
import { useCardWords } from '../words/partWords.js'
import type { DownloadListProps } from './listProps.js'
import { GUESS_PX } from './useRowWindow.js'

/** A long list before its rows: its name, and about as much room as it takes, so that what is below it stays there. */
export function ListFrame({ downloads, headingLevel = 2, className }: DownloadListProps): ReactNode {
  const { messages, say } = useCardWords()
  const id = useId()
  const Heading = `h${headingLevel}` as const
  return (
    <section
      className={['pd-list', className].filter(Boolean).join(' ')}
      aria-busy="true"
      aria-labelledby={id}
      style={{ minBlockSize: downloads.length * GUESS_PX }}
    >
      <div className="pd-list__top">
        <div className="pd-list__sums">
          <Heading className="pd-list__title" id={id}>
            {say(messages.list.title)}
          </Heading>
        </div>
      </div>
    </section>
  )
}
