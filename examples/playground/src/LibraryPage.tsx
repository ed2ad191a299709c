import { useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import { usePlayground } from './playgroundContext.js'
import { ShelfItem } from './ShelfItem.js'
import { Stage } from './Stage.js'
import { TourBar } from './TourBar.js'

/** The plugin that runs, and all there are. */
export function LibraryPage({ pluginId }: { readonly pluginId: string | undefined }): ReactNode {
  const { origin } = usePlayground()
  const { bytes } = useWords()
  const running = origin.plugins.find(({ id }) => id === pluginId)
  const total = bytes(origin.plugins.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  return (
    <>
      {running ? null : (
        <p className="pg-lead">
          An app that gets its plugins while it runs: plugdock downloads them, checks every byte, and starts them here.
          Break it as you like.
        </p>
      )}
      <TourBar pluginId={pluginId} />
      {running ? <Stage key={running.id} item={running} /> : null}
      <section aria-labelledby="pg-catalogue">
        <div className="pg-h">
          <h2 id="pg-catalogue">Plugins</h2>
          <p className="pd-num">
            {origin.plugins.length} real npm packages, {total} in all
          </p>
        </div>
        <ul className="pg-shelf">
          {origin.plugins.map((item) => (
            <ShelfItem key={item.id} item={item} isRunning={item === running} />
          ))}
        </ul>
      </section>
    </>
  )
}
