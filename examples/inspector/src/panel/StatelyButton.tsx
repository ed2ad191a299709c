import { createBrowserInspector } from '@statelyai/inspect'
import { type ReactNode, useState } from 'react'
import type { ActorStore } from './actorStore.js'

/** So that whoever is there already is not dropped while Stately's page loads. */
const MOST_DEFERRED = 20_000

/** For people who are online: the same in Stately's inspector. */
export function StatelyButton({ store }: { readonly store: ActorStore }): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className="in-stately">
      <summary>Stately’s inspector</summary>
      <p id="stately-note">
        Opens stately.ai in a new window and sends it what you see here: the definitions of the machines, their states,
        and events with the addresses of plugins. Needs the network. Nothing is sent until you press the button.
      </p>
      <button
        type="button"
        className="pd-btn"
        aria-describedby="stately-note"
        disabled={isOpen}
        onClick={() => {
          const { adapter } = createBrowserInspector({ maxDeferredEvents: MOST_DEFERRED })
          store.forward((message) => adapter.send(message))
          setIsOpen(true)
        }}
      >
        Open in Stately’s inspector
      </button>
    </details>
  )
}
