import type { CSSProperties, ReactNode } from 'react'
import type { CardBar } from './bar.js'
import type { CardDescription, CardText } from './describeDownload.js'
import type { Figure } from './figures.js'
import { Icon } from './icons.js'

export function CardVersions({ versions: { from, to } }: Pick<CardDescription, 'versions'>): ReactNode {
  if (to === undefined) return null
  return (
    <span className="pd-card__ver pd-num">
      {from === undefined ? null : (
        <>
          <bdi>{from}</bdi> <span className="pd-arrow">→</span>{' '}
        </>
      )}
      <bdi>{to}</bdi>
    </span>
  )
}

export function CardSentence({ id, card }: { readonly id: string; readonly card: CardDescription }): ReactNode {
  return (
    <p className="pd-card__state" id={id}>
      <Icon name={card.icon} />
      <span>
        <bdi>
          <b>
            <Counting {...card.title} />
          </b>
          {card.sentence ? (
            <span className="pd-num">
              {' · '}
              <Counting {...card.sentence} />
            </span>
          ) : null}
        </bdi>
      </span>
    </p>
  )
}

/** Seconds that pass are seen, not heard. */
function Counting({ text, still }: CardText): ReactNode {
  if (still === undefined) return text
  return (
    <>
      <span aria-hidden="true">{text}</span>
      <span className="pd-hidden">{still}</span>
    </>
  )
}

interface CardBarViewProps {
  readonly bar: CardBar | undefined
  readonly isMoving: boolean
}

export function CardBarView({ bar, isMoving }: CardBarViewProps): ReactNode {
  if (!bar) return null
  return (
    <div className="pd-card__bar pd-bar">
      <progress
        className="pd-progress"
        max={100}
        aria-label={bar.label}
        data-plain={bar.reusedPercent === 0 || undefined}
        data-all-reused={bar.reusedPercent === 100 || undefined}
        data-moving={isMoving || undefined}
        style={reusedStyle(bar.reusedPercent)}
        {...(bar.value === undefined ? {} : { value: bar.value })}
      />
    </div>
  )
}

function reusedStyle(percent: number): CSSProperties {
  const style: Record<string, string> = { '--pd-reused-part': `${percent}%` }
  return style
}

export function CardMeta({ card: { figures, steps, stepsLabel } }: { readonly card: CardDescription }): ReactNode {
  if (figures.length === 0 && steps.length === 0) return null
  return (
    <div className="pd-card__meta">
      <p className="pd-figs pd-num">
        {figures.map((figure) => (
          <FigureView key={figure.id} figure={figure} />
        ))}
      </p>
      {steps.length > 0 ? (
        <ol className="pd-steps" aria-label={stepsLabel}>
          {steps.map(({ name, label, phase }) => (
            <li key={name} data-step={phase} aria-current={phase === 'now' ? 'step' : undefined}>
              <span>{label}</span>
            </li>
          ))}
        </ol>
      ) : null}
    </div>
  )
}

function FigureView({ figure: { strong, text, isKey } }: { readonly figure: Figure }): ReactNode {
  return (
    <span>
      {isKey ? <i className="pd-key" /> : null}
      <bdi>
        {strong === undefined ? null : <strong>{strong}</strong>}
        {strong === undefined || text === undefined ? null : ' '}
        {text}
      </bdi>
    </span>
  )
}
