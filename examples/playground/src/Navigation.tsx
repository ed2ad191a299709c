import { useDownloadList, useDownloads, useLibrary, useStorage, useStorageMeter, useWords } from 'plugdock/react'
import type { CSSProperties, ReactNode } from 'react'
import { Icon } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { isUnfinished } from './states.js'
import { addressOf, PAGES, type Page } from './useRoute.js'
import { usePageWords } from './words/usePageWords.js'

interface NavigationProps {
  readonly page: Page
}

export function SideBar({ page }: NavigationProps): ReactNode {
  return (
    <header className="pg-side">
      <a className="pg-logo" href={addressOf('library')}>
        <span className="pg-mark">
          <Icon name="dock" />
        </span>
        <span>plugdock</span>
      </a>
      <Links page={page} />
      <div className="pg-foot">
        <Stored />
        <Connection />
      </div>
    </header>
  )
}

/** The meter of the settings, in one line. */
function Stored(): ReactNode {
  const space = useStorage()
  const { segments } = useStorageMeter(space, useLibrary() ?? [], useDownloads())
  const { bytes } = useWords()
  const words = usePageWords()
  if (!space?.budgetBytes) return null
  return (
    <>
      <div className="pg-foot__row">
        <span>{words.storage}</span>
        <b className="pd-num">{words.storageOf(bytes(space.usedBytes), bytes(space.budgetBytes))}</b>
      </div>
      <div className="pg-stored" aria-hidden="true">
        {segments.map(({ id, kind, pluginId, percent }) => (
          <span key={id} data-kind={kind} data-plugin-id={pluginId} style={widthOf(percent)} />
        ))}
      </div>
    </>
  )
}

function widthOf(percent: number): CSSProperties {
  return { flexBasis: `${percent}%` }
}

function Connection(): ReactNode {
  const { origin, faults } = usePlayground()
  const { bytes } = useWords()
  const words = usePageWords()
  const [first] = faults.active.filter((name) => name !== 'full' && name !== 'broken')
  const rate = origin.speed === null ? words.noLimit : `${bytes(origin.speed)}/s`
  return (
    <p className="pg-conn pd-num" data-broken={first !== undefined}>
      {first === undefined ? words.connection(rate) : words.faults.names[first].title}
    </p>
  )
}

/** On a phone: what runs, and the way to all pages. */
export function MobileBar({ page }: NavigationProps): ReactNode {
  const downloads = useDownloads()
  const words = usePageWords()
  const { totals, remaining } = useDownloadList(downloads)
  const count = downloads.filter(isUnfinished).length
  return (
    <div className="pg-mobilebar">
      {count > 0 && page !== 'downloads' ? (
        <a href={addressOf('downloads')} className="pg-now">
          <span className="pd-num">
            <b>{words.downloadCount(count)}</b>
            {remaining ? ` · ${remaining}` : null}
          </span>
          <span className="pd-num">{totals.percent === undefined ? null : `${totals.percent}%`}</span>
          <progress
            className="pd-progress"
            data-plain
            data-moving={totals.isMoving || undefined}
            aria-label={words.allProgress}
            max={100}
            value={totals.percent ?? 0}
          />
        </a>
      ) : null}
      <Links page={page} />
    </div>
  )
}

function Links({ page }: NavigationProps): ReactNode {
  const count = useDownloads().filter(isUnfinished).length
  const words = usePageWords()
  return (
    <nav className="pg-nav" aria-label={words.sections}>
      <ul>
        {PAGES.map((link) => (
          <li key={link}>
            <a href={addressOf(link)} aria-current={link === page ? 'page' : undefined}>
              <Icon name={link} />
              <span>{words.pages[link]}</span>
              {link === 'downloads' && count > 0 ? (
                <b className="pg-dot pd-num">
                  {count}
                  <span className="pd-hidden"> {words.unfinished}</span>
                </b>
              ) : null}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
