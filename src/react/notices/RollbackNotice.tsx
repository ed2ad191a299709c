import { type ReactNode, useId, useState } from 'react'
import type { RollbackReport } from '../../dock/types.js'
import { Icon } from '../card/icons.js'
import { useWords } from '../words/wordsContext.js'

export interface RollbackNoticeProps {
  /** The plugin's. */
  readonly name: string
  /** That was left. */
  readonly version: string
  readonly rollback: RollbackReport
  readonly onDismiss: () => void
  readonly onTryVersion?: (() => void) | undefined
  readonly className?: string | undefined
}

/** Says that a plugin is back on a version that works. Nothing is asked; it stays until it is dismissed. */
export function RollbackNotice(props: RollbackNoticeProps): ReactNode {
  const { name, version, rollback, onDismiss, className } = props
  const { messages, say } = useWords()
  const [isDetailed, setDetailed] = useState(false)
  const id = useId()
  const words = messages.rollback
  return (
    <div
      className={['pd-widget pd-banner', className].filter(Boolean).join(' ')}
      role="status"
      data-state="rolledBack"
      data-reason={rollback.cause}
    >
      <Icon name="undo" />
      <p>
        <bdi>
          <b>{say(words.title, { name, previous: rollback.to })}</b> {say(words.causes[rollback.cause], { version })}
        </bdi>
      </p>
      <div className="pd-actions">
        <button
          type="button"
          className="pd-btn pd-btn--link"
          aria-expanded={isDetailed}
          aria-controls={isDetailed ? id : undefined}
          onClick={() => setDetailed(!isDetailed)}
        >
          {say(words.details)}
        </button>
        <button type="button" className="pd-btn" onClick={onDismiss}>
          {say(words.ok)}
        </button>
      </div>
      {isDetailed ? <RollbackDetails id={id} {...props} /> : null}
    </div>
  )
}

function RollbackDetails({
  id,
  version,
  rollback: { reason, until },
  onTryVersion,
}: RollbackNoticeProps & { readonly id: string }): ReactNode {
  const { messages, say, date } = useWords()
  const { rollback, buttons } = messages
  return (
    <div className="pd-banner__details" id={id}>
      <dl className="pd-details">
        <div>
          <dt>{say(rollback.reason)}</dt>
          <dd>
            <bdi>{reason}</bdi>
          </dd>
        </div>
        {until === undefined ? null : (
          <div>
            <dt>{say(rollback.until)}</dt>
            <dd>{date(until)}</dd>
          </div>
        )}
      </dl>
      {onTryVersion ? (
        <button type="button" className="pd-btn" onClick={onTryVersion}>
          {say(buttons.tryVersion, { version })}
        </button>
      ) : null}
    </div>
  )
}
