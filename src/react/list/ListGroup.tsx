import { type ReactNode, useEffect, useId, useRef } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import type { DownloadCallbacks } from '../card/actions.js'
import { DownloadCard } from '../card/DownloadCard.js'
import { Icon } from '../card/icons.js'
import { useCardWords } from '../words/partWords.js'
import type { Group } from './groups.js'
import type { DownloadListProps } from './listProps.js'
import { useRowWindow } from './useRowWindow.js'

interface ListGroupProps extends Pick<DownloadListProps, 'facts' | 'icon' | 'extra' | 'maxConcurrentDownloads'> {
  readonly group: Group
  readonly headingLevel: 2 | 3 | 4
  /** The row that Tab comes to. */
  readonly tabStop: string | undefined
  readonly callbacks: DownloadCallbacks
  /** Whether only what is in sight is in the page. */
  readonly isLong: boolean
}

const BELOW = { 2: 3, 3: 4, 4: 5 } as const
const FAR_BELOW = { 2: 4, 3: 5, 4: 6 } as const

export function ListGroup(props: ListGroupProps): ReactNode {
  const { group, headingLevel, tabStop, isLong } = props
  const { messages, plain, say } = useCardWords()
  const id = useId()
  const Heading = `h${BELOW[headingLevel]}` as const
  const taskIds = group.downloads.map(({ taskId }) => taskId)
  const rows = useRowWindow(taskIds, isLong, around(tabStop === undefined ? -1 : taskIds.indexOf(tabStop)))
  const isAsking = group.name === 'needsYou'
  return (
    <section className={isAsking ? 'pd-group pd-group--ask' : 'pd-group'} data-group={group.name} aria-labelledby={id}>
      <Heading className="pd-group__head" id={id}>
        {isAsking ? <Icon name="alert" /> : null}
        {say(messages.list.groups[group.name])}{' '}
        <span className="pd-count pd-num">{plain.format(group.downloads.length)}</span>
      </Heading>
      <ul
        ref={rows.list}
        data-long={isLong || undefined}
        style={rows.rest > 0 ? { paddingBlockEnd: rows.rest } : undefined}
      >
        {rows.shown.map((index, order) => {
          const progress = group.downloads[index]
          return progress ? (
            <ListRow
              key={progress.taskId}
              {...props}
              progress={progress}
              position={index + 1}
              gap={rows.gaps[order] ?? 0}
              measure={isLong ? rows.measure : undefined}
            />
          ) : null
        })}
      </ul>
    </section>
  )
}

/** The row that Tab comes to is always there, and where its arrows lead. */
function around(index: number): ReadonlySet<number> {
  return index < 0 ? new Set() : new Set([index - 1, index, index + 1])
}

interface ListRowProps extends Omit<ListGroupProps, 'isLong'> {
  readonly progress: DownloadProgress
  readonly position: number
  /** Room of rows that are not in the page, in px. */
  readonly gap: number
  readonly measure: ((element: HTMLLIElement | null) => (() => void) | undefined) | undefined
}

function ListRow(props: ListRowProps): ReactNode {
  const { group, headingLevel, tabStop, maxConcurrentDownloads, facts, icon, callbacks, progress, position } = props
  const { gap, measure, extra } = props
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => measure?.(row.current), [measure])
  const isTabStop = progress.taskId === tabStop
  return (
    <li
      ref={row}
      data-task={progress.taskId}
      tabIndex={isTabStop ? 0 : -1}
      aria-setsize={group.downloads.length}
      aria-posinset={position}
      style={gap > 0 ? { marginBlockStart: gap } : undefined}
    >
      <DownloadCard
        {...callbacks}
        progress={progress}
        facts={{ maxConcurrentDownloads, ...facts?.(progress) }}
        icon={icon?.(progress)}
        headingLevel={FAR_BELOW[headingLevel]}
        isRow
        isTabStop={isTabStop}
      >
        {extra?.(progress, isTabStop)}
      </DownloadCard>
    </li>
  )
}
