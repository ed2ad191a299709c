import { DownloadCard, useDownloadList, useDownloads } from 'plugdock/react'
import type { ReactNode } from 'react'
import { Icon, iconOf } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { SpeedGraph } from './SpeedGraph.js'
import { STALL_MS } from './stalls.js'
import { isUnfinished } from './states.js'
import { useCallbacks } from './useCallbacks.js'
import { addressOf } from './useRoute.js'

/** How many that are done are worth the room. */
const DONE = 2

/** Beside every page but Downloads: what runs, and what became of it. */
export function RunningDownloads(): ReactNode {
  const downloads = useDownloads()
  const { groups, sum, remaining } = useDownloadList(downloads)
  const { itemOf } = usePlayground()
  const callbacks = useCallbacks()
  const shown = groups.flatMap(({ downloads: all }) => [
    ...all.filter(isUnfinished),
    ...all.filter((progress) => !isUnfinished(progress)).slice(0, DONE),
  ])
  return (
    <aside className="pg-aside" aria-labelledby="pg-aside">
      <div className="pg-h">
        <h2 id="pg-aside">Downloads</h2>
        <p className="pd-num">{[sum, remaining].filter(Boolean).join(' · ')}</p>
      </div>
      <SpeedGraph />
      {shown.length === 0 ? (
        <p className="pg-empty">
          Nothing is downloading. Press Install, and you see here how far it is and what it waits for.
        </p>
      ) : null}
      <ul className="pg-cards">
        {shown.map((progress) => (
          <li key={progress.taskId}>
            <DownloadCard
              {...callbacks}
              progress={progress}
              facts={{ fallbackName: itemOf(progress)?.title, stallMs: STALL_MS }}
              icon={<Icon name={iconOf(itemOf(progress)?.icon ?? '')} />}
            />
          </li>
        ))}
      </ul>
      {shown.length < downloads.length ? <a href={addressOf('downloads')}>All {downloads.length} downloads</a> : null}
    </aside>
  )
}
