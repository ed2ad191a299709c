import { type FocusEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../card/icons.js'
import { useWords } from '../words/wordsContext.js'
import { itemAfterKey } from './menuKeys.js'
import type { RowAction } from './rowActions.js'

interface RowMenuProps {
  readonly actions: readonly RowAction[]
  /** Of the row: the menu is named after it. */
  readonly name: string
}

/** Everything that is done more rarely. Arrows, Home, End and first letters move; Escape and Tab close. */
export function RowMenu({ actions, name }: RowMenuProps): ReactNode {
  const { messages, say } = useWords()
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => {
    if (isOpen) root.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
  }, [isOpen])
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close()
    else if (event.key === 'Tab') return setOpen(false)
    else if (!moveFocus(event.key, root.current)) return
    event.stopPropagation()
    event.preventDefault()
  }
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (!(relatedTarget instanceof Node) || !root.current?.contains(relatedTarget)) setOpen(false)
  }
  if (actions.length === 0) return null
  const label = say(messages.library.more)
  return (
    <div className="pd-menubox" ref={root}>
      <button
        ref={button}
        type="button"
        className="pd-btn pd-btn--icon"
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        data-menu
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          setOpen(true)
        }}
      >
        <Icon name="more" />
        <span className="pd-hidden">{label}</span>
      </button>
      {isOpen ? (
        <div
          role="menu"
          id={id}
          className="pd-menu"
          aria-label={`${name}, ${label}`}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
          tabIndex={-1}
        >
          {actions.map((action) => (
            <button
              key={action.name}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="pd-menu__item"
              data-action={action.name}
              onClick={() => {
                close()
                action.run()
              }}
            >
              {action.icon ? <Icon name={action.icon} /> : null}
              <bdi>{action.label}</bdi>
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}

function moveFocus(key: string, root: HTMLElement | null): boolean {
  const items = [...(root?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = itemAfterKey(
    key,
    at,
    items.map((item) => item.textContent ?? ''),
  )
  if (next === undefined) return false
  items[next]?.focus()
  return true
}
