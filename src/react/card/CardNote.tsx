import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import type { CardAction } from './actions.js'
import type { CardDetail } from './describeDownload.js'
import { Icon } from './icons.js'
import type { CancelQuestion, DownloadCardModel } from './useDownloadCard.js'

interface CardNoteProps {
  readonly card: DownloadCardModel
  readonly tabIndex: number | undefined
  readonly isDetailed: boolean
  onToggleDetails(): void
}

/** What happened, what is kept, what can be done; only where a person is needed. */
export function CardNote({ card, tabIndex, isDetailed, onToggleDetails }: CardNoteProps): ReactNode {
  const id = useId()
  if (card.note === undefined) return null
  return (
    <div className="pd-note">
      <p>
        <bdi>{card.note}</bdi>
      </p>
      <div className="pd-actions">
        {card.details.length > 0 ? (
          <button
            type="button"
            className="pd-btn pd-btn--link"
            tabIndex={tabIndex}
            aria-expanded={isDetailed}
            aria-controls={isDetailed ? id : undefined}
            onClick={onToggleDetails}
          >
            {card.detailsLabel}
          </button>
        ) : null}
        {card.actions.inNote.map((action) => (
          <NoteButton key={action.name} action={action} tabIndex={tabIndex} />
        ))}
      </div>
      {isDetailed ? <Details id={id} rows={card.details} /> : null}
    </div>
  )
}

interface NoteButtonProps {
  readonly action: CardAction
  readonly tabIndex: number | undefined
}

function NoteButton({ action: { name, label, icon, isMain, run }, tabIndex }: NoteButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={isMain ? 'pd-btn pd-btn--main' : 'pd-btn'}
      data-action={name}
      tabIndex={tabIndex}
      onClick={run}
    >
      {icon ? <Icon name={icon} /> : null}
      <bdi>{label}</bdi>
    </button>
  )
}

function Details({ id, rows }: { readonly id: string; readonly rows: readonly CardDetail[] }): ReactNode {
  return (
    <dl className="pd-details" id={id}>
      {rows.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Asks in place. The focus goes to what costs nothing; Escape keeps. */
export function CancelNote({ question }: { readonly question: CancelQuestion }): ReactNode {
  const id = useId()
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const before = document.activeElement
    keep.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    question.keepGoing()
  }
  return (
    <fieldset className="pd-note pd-note--question" aria-labelledby={id} onKeyDown={onKeyDown}>
      <p id={id}>
        <bdi>{question.text}</bdi>
      </p>
      <div className="pd-actions">
        <button ref={keep} type="button" className="pd-btn pd-btn--main" onClick={question.keepGoing}>
          {question.keepLabel}
        </button>
        <button type="button" className="pd-btn" onClick={question.cancel}>
          {question.cancelLabel}
        </button>
      </div>
    </fieldset>
  )
}
