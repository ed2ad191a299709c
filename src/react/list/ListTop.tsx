import type { ReactNode, RefObject } from 'react'
import { Icon } from '../card/icons.js'
import { SpeedGraph } from '../speed/SpeedGraph.js'
import { useSpeedSeries } from '../speed/useSpeedSeries.js'
import { useCardWords } from '../words/partWords.js'
import type { DownloadListProps } from './listProps.js'
import type { DownloadListModel } from './useDownloadList.js'

type FromList = 'maxConcurrentDownloads' | 'limitBytesPerSecond' | 'onPauseAll' | 'onResumeAll'

interface ListTopProps extends Pick<DownloadListProps, FromList> {
  readonly model: DownloadListModel
  readonly headingId: string
  readonly headingRef: RefObject<HTMLHeadingElement | null>
  readonly headingLevel: 2 | 3 | 4
}

export function ListTop(props: ListTopProps): ReactNode {
  const { model, headingId, headingRef, headingLevel, limitBytesPerSecond } = props
  const { messages, say } = useCardWords()
  const Heading = `h${headingLevel}` as const
  const { isMoving, bytesPerSecond } = model.totals
  const series = useSpeedSeries(isMoving ? bytesPerSecond : undefined)
  // a graph of a moment ago is of use; one of nothing is not
  const speed = isMoving || series.samples.some((sample) => sample.bytesPerSecond) ? series : undefined
  return (
    <div className="pd-list__top">
      <div className="pd-list__sums">
        <Heading className="pd-list__title" id={headingId} ref={headingRef} tabIndex={-1}>
          {say(messages.list.title)}
        </Heading>
        {model.sum === undefined ? null : <Sums model={model} sum={model.sum} />}
      </div>
      {speed ? <SpeedGraph series={speed} limitBytesPerSecond={limitBytesPerSecond} hasTable={false} /> : null}
      <ListActions {...props} />
    </div>
  )
}

function Sums({ model, sum }: { readonly model: DownloadListModel; readonly sum: string }): ReactNode {
  const { messages, say } = useCardWords()
  const { percent, isMoving } = model.totals
  return (
    <>
      <p className="pd-list__sum pd-num">
        <strong>
          <bdi>{sum}</bdi>
        </strong>
        {model.unknownSizes === undefined ? null : ` ${model.unknownSizes}`}
        {model.remaining === undefined ? null : ` · ${model.remaining}`}
      </p>
      <progress
        className="pd-progress"
        data-plain
        data-moving={isMoving || undefined}
        max={100}
        aria-label={say(messages.list.progressName)}
        {...(percent === undefined ? {} : { value: percent })}
      />
    </>
  )
}

function ListActions({ model, maxConcurrentDownloads, onPauseAll, onResumeAll }: ListTopProps): ReactNode {
  const { messages, say } = useCardWords()
  const isPausing = model.canPause && onPauseAll !== undefined
  const isResuming = model.canResume && onResumeAll !== undefined
  if (!isPausing && !isResuming && maxConcurrentDownloads === undefined) return null
  return (
    <div className="pd-actions">
      {isPausing ? (
        <button type="button" className="pd-btn" onClick={onPauseAll}>
          <Icon name="pause" />
          {say(messages.buttons.pauseAll)}
        </button>
      ) : null}
      {isResuming ? (
        <button type="button" className="pd-btn" onClick={onResumeAll}>
          <Icon name="play" />
          {say(messages.buttons.resumeAll)}
        </button>
      ) : null}
      {maxConcurrentDownloads === undefined ? null : (
        <span className="pd-chip pd-num">{say(messages.list.atATime, { n: maxConcurrentDownloads })}</span>
      )}
    </div>
  )
}

export function EmptyList({ onBrowse }: Pick<DownloadListProps, 'onBrowse'>): ReactNode {
  const { messages, say } = useCardWords()
  return (
    <div className="pd-list__empty">
      <Icon name="down" />
      <p className="pd-list__emptytitle">{say(messages.list.emptyTitle)}</p>
      <p>{say(messages.list.emptyText)}</p>
      {onBrowse ? (
        <button type="button" className="pd-btn" onClick={onBrowse}>
          {say(messages.buttons.browse)}
        </button>
      ) : null}
    </div>
  )
}
