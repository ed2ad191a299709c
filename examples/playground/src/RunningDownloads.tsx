import { DockDownloadCard, useDownloadList, useDownloads } from 'plugdock/react'
import type { ReactNode } from 'react'
import { useCardFace } from './cardFace.js'
import { usePlayground } from './playgroundContext.js'
import { Speed } from './speed.js'
import { isUnfinished } from './states.js'
import { addressOf } from './useRoute.js'
import { usePageWords } from './words/usePageWords.js'

/** How many that are done are worth the room: the last ones. */
const DONE = 2

/** Beside every page but Downloads: what runs, and what became of it. */
export function RunningDownloads(): ReactNode {
  const downloads = useDownloads()
  const words = usePageWords()
  const { groups, sum, remaining } = useDownloadList(downloads)
  const { complain } = usePlayground()
  const { facts, icon, onOpen } = useCardFace()
  const shown = groups.flatMap(({ downloads: all }) => [
    ...all.filter(isUnfinished),
    ...all
      .filter((progress) => !isUnfinished(progress))
      .slice(-DONE)
      .reverse(),
  ])
  return (
    <aside className="pg-aside" aria-labelledby="pg-aside">
      <div className="pg-h">
        <h2 id="pg-aside">{words.pages.downloads}</h2>
        <p className="pd-num">{[sum, remaining].filter(Boolean).join(' · ')}</p>
      </div>
      <Speed hasTable={false} />
      {shown.length === 0 ? <p className="pg-empty">{words.nothingRuns}</p> : null}
      <ul className="pg-cards">
        {shown.map((progress) => (
          <li key={progress.taskId}>
            <DockDownloadCard
              taskId={progress.taskId}
              facts={facts(progress)}
              icon={icon(progress)}
              onOpen={onOpen}
              onError={complain}
            />
          </li>
        ))}
      </ul>
      {shown.length < downloads.length ? (
        <a href={addressOf('downloads')}>{words.allDownloads(downloads.length)}</a>
      ) : null}
    </aside>
  )
}
