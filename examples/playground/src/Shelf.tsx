import { useDownloads, usePlugin, useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { Icon, Tile } from './Icon.js'
import { MiniDownload } from './MiniDownload.js'
import type { CatalogueItem } from './origin.js'
import { usePlayground } from './playgroundContext.js'
import { isUnfinished } from './states.js'
import { goTo } from './useRoute.js'
import { usePageWords } from './words/usePageWords.js'

/** All plugins there are. */
export function Shelf({ runningId }: { readonly runningId: string | undefined }): ReactNode {
  const { plugins } = usePlayground().origin
  const { bytes } = useWords()
  const { shelf: words } = usePageWords()
  const total = bytes(plugins.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  return (
    <section aria-labelledby="pg-catalogue">
      <div className="pg-h">
        <h2 id="pg-catalogue">{words.title}</h2>
        <p className="pd-num">{words.sum(plugins.length, total)}</p>
      </div>
      <ul className="pg-shelf">
        {plugins.map((item) => (
          <ShelfItem key={item.id} item={item} isRunning={item.id === runningId} />
        ))}
      </ul>
    </section>
  )
}

interface ShelfItemProps {
  readonly item: CatalogueItem
  readonly isRunning: boolean
}

/** One plugin of the catalogue: what it is, and the next thing that can be done with it. */
function ShelfItem({ item, isRunning }: ShelfItemProps): ReactNode {
  const { itemOf } = usePlayground()
  const progress = useDownloads().find((download) => isUnfinished(download) && itemOf(download)?.id === item.id)
  const view = usePlugin(item.id)
  const isInstalled = view !== undefined
  return (
    <li>
      <article className="pg-item" aria-labelledby={`pg-item-${item.icon}`} data-state={progress?.state}>
        <div className="pg-item__head">
          <Tile icon={item.icon} hue={item.hue} />
          <div>
            <h3 id={`pg-item-${item.icon}`}>{item.title}</h3>
            <p>{item.about}</p>
            <p className="pg-item__npm pd-num">
              <bdi>
                {item.npm} {view?.plugin.version ?? item.version}
              </bdi>
            </p>
          </div>
        </div>
        <div className="pg-item__foot">
          {progress ? <MiniDownload progress={progress} /> : null}
          {!progress && isInstalled ? <Installed item={item} isRunning={isRunning} /> : null}
          {!progress && !isInstalled ? <Available item={item} /> : null}
        </div>
      </article>
    </li>
  )
}

function Available({ item }: { readonly item: CatalogueItem }): ReactNode {
  const { install } = usePlayground()
  const { bytes } = useWords()
  const { shelf: words } = usePageWords()
  return (
    <>
      <span className="pg-size pd-num">{bytes(item.sizeBytes)}</span>
      <button type="button" className="pd-btn" onClick={() => install(item)}>
        <Icon name="downloads" />
        {words.install}
        <span className="pd-hidden"> {item.title}</span>
      </button>
    </>
  )
}

function Installed({ item, isRunning }: ShelfItemProps): ReactNode {
  const { open } = usePlayground()
  const { shelf: words } = usePageWords()
  return (
    <>
      <span className="pd-chip pd-chip--ok">
        <Icon name="check" />
        {isRunning ? words.running : words.installed}
      </span>
      <button
        type="button"
        className={isRunning ? 'pd-btn' : 'pd-btn pd-btn--main'}
        onClick={() => (isRunning ? goTo('library') : open(item.id))}
      >
        {isRunning ? words.close : words.open}
        <span className="pd-hidden"> {item.title}</span>
      </button>
    </>
  )
}
