import { type ReactNode, useId } from 'react'
import type { DownloadCallbacks } from '../card/actions.js'
import { DownloadCard } from '../card/DownloadCard.js'
import { Icon } from '../card/icons.js'
import { useWords } from '../words/wordsContext.js'
import type { Group } from './groups.js'
import type { DownloadListProps } from './listProps.js'

interface ListGroupProps extends Pick<DownloadListProps, 'facts' | 'icon' | 'maxConcurrentDownloads'> {
  readonly group: Group
  readonly headingLevel: 2 | 3 | 4
  /** The row that Tab comes to. */
  readonly tabStop: string | undefined
  readonly callbacks: DownloadCallbacks
}

const BELOW = { 2: 3, 3: 4, 4: 5 } as const
const FAR_BELOW = { 2: 4, 3: 5, 4: 6 } as const

export function ListGroup(props: ListGroupProps): ReactNode {
  const { group, headingLevel, tabStop, maxConcurrentDownloads, facts, icon, callbacks } = props
  const { messages, plain, say } = useWords()
  const id = useId()
  const Heading = `h${BELOW[headingLevel]}` as const
  const isAsking = group.name === 'needsYou'
  return (
    <section className={isAsking ? 'pd-group pd-group--ask' : 'pd-group'} data-group={group.name} aria-labelledby={id}>
      <Heading className="pd-group__head" id={id}>
        {isAsking ? <Icon name="alert" /> : null}
        {say(messages.list.groups[group.name])}{' '}
        <span className="pd-count pd-num">{plain.format(group.downloads.length)}</span>
      </Heading>
      <ul>
        {group.downloads.map((progress, index) => (
          <li
            key={progress.taskId}
            data-task={progress.taskId}
            tabIndex={progress.taskId === tabStop ? 0 : -1}
            aria-setsize={group.downloads.length}
            aria-posinset={index + 1}
          >
            <DownloadCard
              {...callbacks}
              progress={progress}
              facts={{ maxConcurrentDownloads, ...facts?.(progress) }}
              icon={icon?.(progress)}
              headingLevel={FAR_BELOW[headingLevel]}
              isRow
              isTabStop={progress.taskId === tabStop}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
