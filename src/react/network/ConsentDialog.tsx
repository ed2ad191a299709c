import { type CSSProperties, type ReactNode, useId } from 'react'
import { useModal } from '../dialog/useModal.js'
import { useWords } from '../words/wordsContext.js'
import { type ConsentModel, type ConsentOptions, type ConsentPart, useConsent } from './useConsent.js'

export type ConsentDialogProps = ConsentOptions

/** Says what would come over a connection that may cost, and what is here already. Nothing moves before its button is pressed. */
export function ConsentDialog(props: ConsentDialogProps): ReactNode {
  const { onClose } = props
  const model = useConsent(props)
  const modal = useModal(onClose)
  const id = useId()
  return (
    <dialog
      {...modal}
      className="pd-widget pd-dialog"
      data-state={model.state}
      data-reason={props.reason ?? 'metered'}
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}text`}
    >
      <div className="pd-dialog__body">
        <div>
          <h2 id={`${id}title`}>
            <bdi>{model.title}</bdi>
          </h2>
          <p id={`${id}text`}>
            <bdi>
              {model.text} {model.otherwise}
            </bdi>
          </p>
        </div>
        <Parts model={model} />
        <Items items={model.items} />
        <Always model={model} />
        {model.problem === undefined ? null : (
          <p className="pd-dialog__problem" role="alert">
            <bdi>{model.problem}</bdi>
          </p>
        )}
      </div>
      <div className="pd-dialog__foot">
        <button type="button" className="pd-btn pd-btn--lg" data-focus-first onClick={onClose}>
          {model.laterLabel}
        </button>
        <button
          type="button"
          className="pd-btn pd-btn--main pd-btn--lg"
          aria-disabled={model.state === 'starting' || undefined}
          onClick={model.approve}
        >
          <bdi>{model.mainLabel}</bdi>
        </button>
      </div>
    </dialog>
  )
}

const HERE = hue('--pd-reused')
const TO_DOWNLOAD = hue('--pd-accent')

function Parts({ model }: { readonly model: ConsentModel }): ReactNode {
  const { here, toDownload, herePercent } = model
  return (
    <div className="pd-consent__parts">
      <div className="pd-meter__bar pd-meter__bar--slim" aria-hidden="true">
        {here ? <span className="pd-seg" style={{ ...HERE, flexBasis: `${herePercent}%` }} /> : null}
        <span className="pd-seg" style={{ ...TO_DOWNLOAD, flexBasis: `${100 - herePercent}%` }} />
      </div>
      <ul className="pd-legend pd-legend--single">
        {here ? <Line part={here} colour={HERE} /> : null}
        <Line part={toDownload} colour={TO_DOWNLOAD} />
      </ul>
    </div>
  )
}

function Line({ part, colour }: { readonly part: ConsentPart; readonly colour: CSSProperties }): ReactNode {
  return (
    <li>
      <i className="pd-seg" style={colour} />
      <span>
        <bdi>{part.label}</bdi>
      </span>
      <b className="pd-num">
        <bdi>{part.size}</bdi>
      </b>
    </li>
  )
}

function Items({ items }: Pick<ConsentModel, 'items'>): ReactNode {
  const { messages, say } = useWords()
  if (items.length === 0) return null
  return (
    <ul className="pd-picks pd-consent__items" aria-label={say(messages.consent.listName)}>
      {items.map(({ taskId, name, size }) => (
        <li key={taskId}>
          <bdi>{name}</bdi>
          {size === undefined ? null : <bdi className="pd-pick__size pd-num">{size}</bdi>}
        </li>
      ))}
    </ul>
  )
}

function Always({ model }: { readonly model: ConsentModel }): ReactNode {
  return (
    <div>
      <label className="pd-consent__always">
        <input
          type="checkbox"
          className="pd-check"
          checked={model.isAlways}
          disabled={model.state === 'starting'}
          onChange={(event) => model.setAlways(event.currentTarget.checked)}
        />
        <span>{model.alwaysLabel}</span>
      </label>
      <p className="pd-consent__others" role="status">
        <bdi>{model.others}</bdi>
      </p>
    </div>
  )
}

function hue(name: string): CSSProperties {
  const style: Record<string, string> = { '--pd-hue': `var(${name})` }
  return style
}
