import { type ReactNode, useState, useSyncExternalStore } from 'react'
import type { InspectedPage } from '../protocol.js'
import { PageView } from './PageView.js'
import type { Pages } from './pages.js'
import { StatelyButton } from './StatelyButton.js'

export function Inspector({ pages }: { readonly pages: Pages }): ReactNode {
  const open = useSyncExternalStore(pages.subscribe, pages.getSnapshot)
  const [chosenId, choose] = useState<string>()
  const shown = open.find(({ page }) => page.id === chosenId) ?? open[0]
  return (
    <div className="in">
      <header className="in-top">
        <h1>Inspector</h1>
        {open.length > 1 && shown ? (
          <label>
            Page{' '}
            <select value={shown.page.id} onChange={({ target }) => choose(target.value)}>
              {open.map(({ page }) => (
                <option key={page.id} value={page.id}>
                  {nameOf(page)}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        {shown ? <StatelyButton store={shown.store} /> : null}
      </header>
      {shown ? <PageView key={shown.page.id} store={shown.store} /> : <Nobody />}
    </div>
  )
}

function nameOf({ address, openedAt }: InspectedPage): string {
  return `${new URL(address).pathname}, opened ${new Date(openedAt).toLocaleTimeString()}`
}

function Nobody(): ReactNode {
  return (
    <main className="in-nobody">
      <p>No page is open. Open the playground in another tab or window: it appears here by itself.</p>
      <p>
        <a href="/" target="_blank" rel="noreferrer">
          Open the playground
        </a>
      </p>
    </main>
  )
}
