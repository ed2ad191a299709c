import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { hueOf } from '../card/hue.js'
import { Icon } from '../card/icons.js'
import type { PluginView } from '../dock/library.js'
import type { RowChip } from './describePlugin.js'
import type { LibraryCallbacks, PluginUpdate } from './libraryTypes.js'
import { PluginVersions } from './PluginVersions.js'
import { RowMenu } from './RowMenu.js'
import { type PluginRowModel, type RemoveQuestion, usePluginRow } from './usePluginRow.js'

interface PluginRowProps {
  readonly view: PluginView
  readonly callbacks: LibraryCallbacks
  readonly update: PluginUpdate | undefined
  readonly repairBytes: number | undefined
  readonly icon: ReactNode
  readonly headingLevel: 3 | 4 | 5 | 6
}

export function PluginRow({ view, callbacks, update, repairBytes, icon, headingLevel }: PluginRowProps): ReactNode {
  const row = usePluginRow(view, callbacks, { update, repairBytes })
  const id = useId()
  const Heading = `h${headingLevel}` as const
  return (
    <article className="pd-item" data-state={row.state} data-plugin={row.pluginId} aria-labelledby={id}>
      <div className="pd-item__row">
        <div className="pd-tile" style={hueOf({ pluginId: row.pluginId, taskId: '' })}>
          {icon ?? <Icon name="box" />}
        </div>
        <div className="pd-item__text">
          <div className="pd-item__head">
            <Heading className="pd-item__name" id={id}>
              {row.name}
            </Heading>
            <span className="pd-card__ver pd-num">
              <bdi>{row.version}</bdi>
            </span>
            {row.chips.map((chip) => (
              <Chip key={chip.kind} {...chip} />
            ))}
          </div>
          <p className="pd-item__sub pd-num">
            <bdi>{row.sub}</bdi>
          </p>
          <p className="pd-item__status" role="status">
            {row.status}
          </p>
        </div>
        <div className="pd-actions">
          {row.actions.map((action) => (
            <button
              key={action.name}
              type="button"
              className={action.isMain ? 'pd-btn pd-btn--main' : 'pd-btn'}
              data-action={action.name}
              onClick={action.run}
            >
              {action.icon ? <Icon name={action.icon} /> : null}
              <bdi>{action.label}</bdi>
            </button>
          ))}
          <RowMenu actions={row.menu} name={row.name} />
        </div>
      </div>
      <RowExtras row={row} />
    </article>
  )
}

function RowExtras({ row }: { readonly row: PluginRowModel }): ReactNode {
  const { check, problem, question } = row
  return (
    <>
      {check ? (
        <div className="pd-item__extra">
          <progress
            className="pd-progress"
            data-plain
            data-moving
            max={100}
            aria-label={check.label}
            {...(check.percent === undefined ? {} : { value: check.percent })}
          />
        </div>
      ) : null}
      {problem === undefined ? null : (
        <p className="pd-item__extra pd-item__problem" role="alert">
          {problem}
        </p>
      )}
      {question ? <Question question={question} /> : null}
      {row.versions.length > 1 || row.state !== 'ok' ? <PluginVersions row={row} /> : null}
    </>
  )
}

export function Chip({ tone, icon, text }: Omit<RowChip, 'kind'>): ReactNode {
  return (
    <span className={tone === 'quiet' ? 'pd-chip' : `pd-chip pd-chip--${tone}`}>
      <Icon name={icon} />
      {text}
    </span>
  )
}

/** Asks in place. The focus goes to what costs nothing; Escape keeps. */
function Question({ question }: { readonly question: RemoveQuestion }): ReactNode {
  const id = useId()
  const keep = useRef<HTMLButtonElement>(null)
  const [before] = useState(() => (typeof document === 'undefined' ? null : document.activeElement))
  useEffect(() => {
    keep.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [before])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    question.keep()
  }
  return (
    <fieldset className="pd-item__extra pd-item__question" aria-labelledby={id} onKeyDown={onKeyDown}>
      <p id={id}>
        <bdi>{question.text}</bdi>
      </p>
      <div className="pd-actions">
        <button ref={keep} type="button" className="pd-btn pd-btn--main" onClick={question.keep}>
          {question.keepLabel}
        </button>
        <button type="button" className="pd-btn" onClick={question.remove}>
          {question.removeLabel}
        </button>
      </div>
    </fieldset>
  )
}
