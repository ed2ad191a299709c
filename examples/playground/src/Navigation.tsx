import { useDownloadList, useDownloads, useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { Icon } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { StorageBar } from './StorageBar.js'
import { isUnfinished } from './states.js'
import { addressOf, type Page } from './useRoute.js'
import { WEATHERS } from './weathers.js'

const PAGES: readonly { readonly page: Page; readonly title: string }[] = [
  { page: 'library', title: 'Library' },
  { page: 'downloads', title: 'Downloads' },
  { page: 'settings', title: 'Settings' },
  { page: 'faults', title: 'Faults' },
]

interface NavigationProps {
  readonly page: Page
}

export function SideBar({ page }: NavigationProps): ReactNode {
  const { origin, storage } = usePlayground()
  const { bytes } = useWords()
  return (
    <header className="pg-side">
      <a className="pg-logo" href={addressOf('library')}>
        <span className="pg-mark">
          <Icon name="dock" />
        </span>
        <span>plugdock</span>
      </a>
      <Links page={page} label="Sections" />
      <div className="pg-foot">
        <div className="pg-foot__row">
          <span>On this device</span>
          <b className="pd-num">{bytes(storage?.usedBytes ?? 0)}</b>
        </div>
        <StorageBar />
        <p className="pg-conn" data-weather={origin.weather}>
          {WEATHERS[origin.weather].short}
          {origin.weather === 'clear' ? ` · ${origin.speed === null ? 'no limit' : `${bytes(origin.speed)}/s`}` : null}
        </p>
      </div>
    </header>
  )
}

/** On a phone: what runs, and the way to all pages. */
export function MobileBar({ page }: NavigationProps): ReactNode {
  const downloads = useDownloads()
  const { totals, remaining } = useDownloadList(downloads)
  const count = downloads.filter(isUnfinished).length
  return (
    <div className="pg-mobilebar">
      {count > 0 && page !== 'downloads' ? (
        <a href={addressOf('downloads')} className="pg-now">
          <span className="pd-num">
            <b>{count === 1 ? '1 download' : `${count} downloads`}</b>
            {remaining ? ` · ${remaining}` : null}
          </span>
          <span className="pd-num">{totals.percent === undefined ? null : `${totals.percent}%`}</span>
          <progress
            className="pd-progress"
            data-plain
            data-moving={totals.isMoving || undefined}
            aria-label="All downloads, progress"
            max={100}
            value={totals.percent ?? 0}
          />
        </a>
      ) : null}
      <Links page={page} label="Sections, bottom" />
    </div>
  )
}

function Links({ page, label }: NavigationProps & { readonly label: string }): ReactNode {
  const count = useDownloads().filter(isUnfinished).length
  return (
    <nav className="pg-nav" aria-label={label}>
      <ul>
        {PAGES.map((link) => (
          <li key={link.page}>
            <a href={addressOf(link.page)} aria-current={link.page === page ? 'page' : undefined}>
              <Icon name={link.page} />
              <span>{link.title}</span>
              {link.page === 'downloads' && count > 0 ? (
                <b className="pg-dot pd-num">
                  {count}
                  <span className="pd-hidden"> unfinished</span>
                </b>
              ) : null}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
