import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../card/icons.js'
import type { Notice } from '../dock/noticeBoard.js'
import { useNow } from '../words/clock.js'
import { useWords } from '../words/wordsContext.js'
import { describeNotice, groupNotices, type NameOf } from './describeNotice.js'
import { NoticeItems } from './NoticeItems.js'

/** Whether notifications of the system may be shown; `unsupported` where there are none. */
export type SystemPermission = 'off' | 'on' | 'blocked' | 'unsupported'

export interface NotificationCentreProps {
  /** Newest first. */
  readonly notices: readonly Notice[]
  /** Names of plugins that a notification does not tell. */
  readonly nameOf?: NameOf | undefined
  /** Absent where the app leaves it to others: then there is no switch. */
  readonly system?: SystemPermission | undefined
  readonly onSystemChange?: ((isOn: boolean) => void) | undefined
  /** The list was seen. */
  readonly onRead?: (() => void) | undefined
  readonly onClear?: (() => void) | undefined
  readonly className?: string | undefined
}

const NAMELESS: NameOf = () => undefined

/** A bell, and behind it what happened. It never opens by itself. */
export function NotificationCentre(props: NotificationCentreProps): ReactNode {
  const { notices, onRead, className } = props
  const { messages, say } = useWords()
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const root = useRef<HTMLDivElement>(null)
  const id = useId()
  const newCount = notices.filter(({ isNew }) => isNew).length
  const label = newCount > 0 ? say(messages.notices.buttonNew, { n: newCount }) : say(messages.notices.button)
  const close = () => {
    setOpen(false)
    onRead?.()
  }
  useOutside(isOpen, root, close)
  return (
    <div
      ref={root}
      className={['pd-widget pd-centre', className].filter(Boolean).join(' ')}
      data-state={isOpen ? 'open' : 'closed'}
    >
      <button
        ref={button}
        type="button"
        className="pd-btn pd-btn--icon"
        title={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        <Icon name="bell" />
        <span className="pd-hidden">{label}</span>
        {newCount > 0 ? <span className="pd-centre__dot" aria-hidden="true" /> : null}
      </button>
      {isOpen ? (
        <Popover
          {...props}
          id={id}
          onClose={() => {
            close()
            button.current?.focus()
          }}
        />
      ) : null}
    </div>
  )
}

function useOutside(isOpen: boolean, root: React.RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return
    const onPointerDown = ({ target }: PointerEvent) => {
      if (target instanceof Node && !root.current?.contains(target)) close()
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  })
}

interface PopoverProps extends NotificationCentreProps {
  readonly id: string
  onClose(): void
}

function Popover({ id, notices, nameOf = NAMELESS, onClear, onClose, ...rest }: PopoverProps): ReactNode {
  const words = useWords()
  const now = useNow(true)
  const heading = useRef<HTMLHeadingElement>(null)
  const { title, clear, empty } = words.messages.notices
  useEffect(() => heading.current?.focus(), [])
  const groups = groupNotices(
    notices.map((notice) => describeNotice(notice, nameOf, words, now)),
    words,
  )
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    onClose()
  }
  return (
    <dialog open id={id} className="pd-panel pd-popover" aria-labelledby={`${id}title`} onKeyDown={onKeyDown}>
      <div className="pd-popover__head">
        <h2 id={`${id}title`} ref={heading} tabIndex={-1}>
          {words.say(title)}
        </h2>
        {onClear && notices.length > 0 ? (
          <button
            type="button"
            className="pd-btn pd-btn--link"
            onClick={() => {
              onClear()
              heading.current?.focus()
            }}
          >
            {words.say(clear)}
          </button>
        ) : null}
      </div>
      {groups.length === 0 ? <p className="pd-popover__empty">{words.say(empty)}</p> : <NoticeItems groups={groups} />}
      <SystemSwitch {...rest} />
    </dialog>
  )
}

function SystemSwitch({
  system = 'unsupported',
  onSystemChange,
}: Pick<NotificationCentreProps, 'system' | 'onSystemChange'>): ReactNode {
  const { messages, say } = useWords()
  const id = useId()
  if (system === 'unsupported' || !onSystemChange) return null
  const isBlocked = system === 'blocked'
  return (
    <div className="pd-popover__foot">
      <div>
        <span id={id}>{say(messages.notices.tell)}</span>
        {isBlocked ? (
          <p id={`${id}why`} className="pd-popover__empty">
            {say(messages.notices.blocked)}
          </p>
        ) : null}
      </div>
      <button
        type="button"
        role="switch"
        className="pd-switch"
        aria-checked={system === 'on'}
        aria-labelledby={id}
        aria-describedby={isBlocked ? `${id}why` : undefined}
        disabled={isBlocked}
        onClick={() => onSystemChange(system !== 'on')}
      />
    </div>
  )
}
