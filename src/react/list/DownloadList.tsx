import { type ReactNode, useId } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { ListFrame } from './ListFrame.js'
import { ListGroup } from './ListGroup.js'
import { EmptyList, ListTop } from './ListTop.js'
import type { DownloadListProps } from './listProps.js'
import { onListKey } from './rowKeys.js'
import { touching, touchingMove } from './touching.js'
import { useBegun } from './useBegun.js'
import { useDownloadList } from './useDownloadList.js'
import { useRowFocus } from './useRowFocus.js'
import { useRowMoves } from './useRowMoves.js'

/** From more rows on only those in sight are in the page. */
const LONG = 60

/** Downloads by what is needed: what needs a person first, what runs, what waits, what rests, what is done. */
export function DownloadList(props: DownloadListProps): ReactNode {
  const isBegun = useBegun(props.downloads.length > LONG)
  return isBegun ? <Begun {...props} /> : <ListFrame {...props} />
}

function Begun(props: DownloadListProps): ReactNode {
  const { downloads, facts, icon, maxConcurrentDownloads, onPauseAll, onResumeAll, onBrowse, ...rest } = props
  const { headingLevel = 2, className, onMove, limitBytesPerSecond, extra, ...callbacks } = rest
  const model = useDownloadList(downloads)
  const taskIds = model.groups.flatMap((group) => group.downloads.map(({ taskId }) => taskId))
  const focus = useRowFocus(taskIds)
  useRowMoves(focus.list, taskIds, downloads.length > LONG)
  const id = useId()
  return (
    <section
      ref={focus.list}
      className={['pd-list', className].filter(Boolean).join(' ')}
      data-state={stateOf(downloads, model.canPause)}
      aria-labelledby={id}
      onKeyDown={(event) =>
        onListKey(event, { taskIds, go: focus.go, move: onMove && touchingMove(onMove, model.touch) })
      }
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
    >
      <ListTop
        model={model}
        headingId={id}
        headingRef={focus.heading}
        headingLevel={headingLevel}
        maxConcurrentDownloads={maxConcurrentDownloads}
        limitBytesPerSecond={limitBytesPerSecond}
        onPauseAll={onPauseAll}
        onResumeAll={onResumeAll}
      />
      {downloads.length === 0 ? <EmptyList onBrowse={onBrowse} /> : null}
      {model.groups.map((group) => (
        <ListGroup
          key={group.name}
          group={group}
          headingLevel={headingLevel}
          tabStop={focus.tabStop}
          isLong={downloads.length > LONG}
          maxConcurrentDownloads={maxConcurrentDownloads}
          facts={facts}
          icon={icon}
          extra={extra}
          callbacks={touching(callbacks, model.touch)}
        />
      ))}
    </section>
  )
}

function stateOf(downloads: readonly DownloadProgress[], isAtWork: boolean): 'empty' | 'busy' | 'idle' {
  if (downloads.length === 0) return 'empty'
  return isAtWork ? 'busy' : 'idle'
}
