import type { DownloadProgress } from 'plugdock/browser'
import { useDownloadCard, useDownloads, useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { Icon, Tile } from './Icon.js'
import type { CatalogueItem } from './origin.js'
import { usePlayground } from './playgroundContext.js'
import { isUnfinished } from './states.js'
import { useCallbacks } from './useCallbacks.js'
import { goTo } from './useRoute.js'

interface ShelfItemProps {
  readonly item: CatalogueItem
  readonly isRunning: boolean
}

/** One plugin of the catalogue: what it is, and the next thing that can be done with it. */
export function ShelfItem({ item, isRunning }: ShelfItemProps): ReactNode {
  const { itemOf, storage } = usePlayground()
  const progress = useDownloads().find((download) => isUnfinished(download) && itemOf(download)?.id === item.id)
  const isInstalled = storage?.installed.some(({ pluginId }) => pluginId === item.id) ?? false
  return (
    <li className="pg-item" data-plugin={item.id} data-state={stateOf(progress, isInstalled, isRunning)}>
      <div className="pg-item__head">
        <Tile icon={item.icon} hue={item.hue} />
        <div>
          <h3>{item.title}</h3>
          <p>{item.about}</p>
          <p className="pg-item__npm pd-num">
            {item.npm} {item.version}
          </p>
        </div>
      </div>
      <div className="pg-item__foot">
        <Foot item={item} progress={progress} isInstalled={isInstalled} isRunning={isRunning} />
      </div>
    </li>
  )
}

function stateOf(progress: DownloadProgress | undefined, isInstalled: boolean, isRunning: boolean): string {
  if (progress) return progress.state
  if (!isInstalled) return 'available'
  return isRunning ? 'running' : 'installed'
}

interface FootProps extends ShelfItemProps {
  readonly progress: DownloadProgress | undefined
  readonly isInstalled: boolean
}

function Foot({ item, progress, isInstalled, isRunning }: FootProps): ReactNode {
  if (progress) return <MiniDownload progress={progress} />
  return isInstalled ? <Installed item={item} isRunning={isRunning} /> : <Available item={item} />
}

function Available({ item }: { readonly item: CatalogueItem }): ReactNode {
  const { install } = usePlayground()
  const { bytes } = useWords()
  return (
    <>
      <span className="pg-size pd-num">{bytes(item.sizeBytes)}</span>
      <button type="button" className="pd-btn" onClick={() => install(item)}>
        <Icon name="downloads" />
        Install<span className="pd-hidden"> {item.title}</span>
      </button>
    </>
  )
}

function Installed({ item, isRunning }: ShelfItemProps): ReactNode {
  const { open, remove } = usePlayground()
  return (
    <>
      <span className="pd-chip pg-chip--ok">
        <Icon name="check" />
        {isRunning ? 'Running' : 'Installed'}
      </span>
      <span className="pd-actions">
        <button type="button" className="pd-btn pd-btn--icon" title="Delete" onClick={() => remove(item)}>
          <Icon name="remove" />
          <span className="pd-hidden">Delete {item.title}</span>
        </button>
        <button
          type="button"
          className={isRunning ? 'pd-btn' : 'pd-btn pd-btn--main'}
          onClick={() => (isRunning ? goTo('library') : open(item.id))}
        >
          {isRunning ? 'Close' : 'Open'}
          <span className="pd-hidden"> {item.title}</span>
        </button>
      </span>
    </>
  )
}

/** The card in one line. */
function MiniDownload({ progress }: { readonly progress: DownloadProgress }): ReactNode {
  const card = useDownloadCard(progress, useCallbacks())
  const [action] = [...card.actions.inNote, ...card.actions.beside]
  return (
    <>
      <div className="pg-mini" data-tone={card.tone}>
        <div className="pg-mini__text pd-num">
          <span>{progress.state === 'downloading' ? (card.sentence?.text ?? card.title.text) : card.title.text}</span>
          <b>{card.percent}</b>
        </div>
        {card.bar ? (
          <progress
            className="pd-progress"
            data-plain
            data-moving={card.tone === 'progress' || undefined}
            aria-label={`${card.name}, progress`}
            max={100}
            {...(card.bar.value === undefined ? {} : { value: card.bar.value })}
          />
        ) : null}
      </div>
      {action ? (
        <button type="button" className="pd-btn pd-btn--icon" title={action.label} onClick={() => action.run()}>
          <Icon name={iconOf(action.name)} />
          <span className="pd-hidden">
            {action.label} {card.name}
          </span>
        </button>
      ) : null}
    </>
  )
}

function iconOf(action: string): 'pause' | 'play' | 'close' | 'retry' {
  switch (action) {
    case 'pause':
      return 'pause'
    case 'resume':
    case 'startNow':
      return 'play'
    case 'cancel':
      return 'close'
    default:
      return 'retry'
  }
}
