import { type ReactNode, useId, useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import type { DownloadCallbacks } from './actions.js'
import { CardActionRow } from './CardActionRow.js'
import { CancelNote, CardNote } from './CardNote.js'
import { CardBarView, CardMeta, CardSentence, CardVersions } from './CardParts.js'
import type { DownloadFacts } from './facts.js'
import { hueOf } from './hue.js'
import { Icon } from './icons.js'
import { useDownloadCard } from './useDownloadCard.js'

export interface DownloadCardProps extends DownloadCallbacks {
  readonly progress: DownloadProgress
  /** What the progress does not tell. */
  readonly facts?: DownloadFacts | undefined
  /** The plugin's picture, 22 px; decoration only. @default a box */
  readonly icon?: ReactNode
  /** Of the name. @default 3 */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined
  /** Drawn as a row of a list, without edges. @default false */
  readonly isRow?: boolean | undefined
  /** Whether Tab comes to its buttons; a list decides that for its rows. @default true */
  readonly isTabStop?: boolean | undefined
  readonly className?: string | undefined
  /** More inside the card, at its end. */
  readonly children?: ReactNode
}

/** One download: name, sentence, number, bar and actions keep their places for its whole life. */
export function DownloadCard(props: DownloadCardProps): ReactNode {
  const { progress, facts, icon, headingLevel = 3, isRow = false, ...rest } = props
  const { isTabStop = true, className, children, ...callbacks } = rest
  const card = useDownloadCard(progress, callbacks, facts)
  const [isDetailed, setDetailed] = useState(false)
  const id = useId()
  const Heading = `h${headingLevel}` as const
  const tabIndex = isTabStop ? undefined : -1
  return (
    <div className={classNames('pd-cardbox', className)}>
      <article
        className={classNames('pd-card', isRow && 'pd-card--row')}
        data-state={card.state}
        data-tone={card.tone}
        data-reason={card.reason}
        aria-labelledby={`${id}name`}
        aria-describedby={`${id}state`}
      >
        <div className="pd-tile pd-card__tile" style={hueOf(progress)}>
          {icon ?? <Icon name="box" />}
        </div>
        <div className="pd-card__head">
          <Heading className="pd-card__name" id={`${id}name`}>
            {card.name}
          </Heading>
          <CardVersions versions={card.versions} />
        </div>
        {card.percent === undefined ? null : (
          <p className="pd-card__pct pd-num">
            <bdi>{card.percent}</bdi>
          </p>
        )}
        <CardSentence id={`${id}state`} card={card} />
        <CardActionRow actions={card.actions.beside} tabIndex={tabIndex} />
        <CardBarView bar={card.bar} isMoving={card.tone === 'progress'} />
        <CardMeta card={card} />
        {card.cancelQuestion ? (
          <CancelNote question={card.cancelQuestion} />
        ) : (
          <CardNote
            card={card}
            tabIndex={tabIndex}
            isDetailed={isDetailed}
            onToggleDetails={() => setDetailed(!isDetailed)}
          />
        )}
        {children}
      </article>
    </div>
  )
}

function classNames(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
