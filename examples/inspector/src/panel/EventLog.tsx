import { type ReactNode, useState } from 'react'
import type { ActorStore, ShownActor, ShownEvent } from './actorStore.js'

const MOST_SHOWN = 200

interface EventLogProps {
  readonly store: ActorStore
  readonly chosen: ShownActor | undefined
}

/** What actors tell each other, the newest first. */
export function EventLog({ store, chosen }: EventLogProps): ReactNode {
  const [filter, setFilter] = useState('')
  const [isOfChosen, setIsOfChosen] = useState(false)
  const [held, setHeld] = useState<readonly ShownEvent[]>()
  const matching = (held ?? store.events).filter(
    ({ type, actorName, actorId }) =>
      `${type} ${actorName}`.includes(filter) && (!isOfChosen || actorId === chosen?.id),
  )
  const shown = matching.slice(-MOST_SHOWN).reverse()
  return (
    <section className="in-log" aria-labelledby="in-log-title">
      <h2 id="in-log-title">Events</h2>
      <div className="in-tools">
        <input
          type="search"
          aria-label="Filter events"
          placeholder="Filter"
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <label>
          <input type="checkbox" checked={isOfChosen} onChange={({ target }) => setIsOfChosen(target.checked)} /> Of the
          chosen actor
        </label>
        <button
          type="button"
          className="pd-btn"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held ? undefined : [...store.events])}
        >
          Hold
        </button>
        <button
          type="button"
          className="pd-btn"
          onClick={() => {
            store.clearEvents()
            if (held) setHeld([])
          }}
        >
          Clear
        </button>
      </div>
      <ol>
        {shown.map(({ number, at, type, actorName, sourceName, event }) => (
          <li key={number}>
            <details>
              <summary>
                <time>{new Date(at).toLocaleTimeString()}</time> <b>{type}</b>{' '}
                <small>
                  {sourceName === undefined ? '' : `${sourceName} `}→ {actorName}
                </small>
              </summary>
              <pre>{JSON.stringify(event, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
      {matching.length > shown.length ? <p>Older ones match too: {matching.length.toLocaleString()} in all.</p> : null}
      {matching.length === 0 ? <p>Nothing yet.</p> : null}
    </section>
  )
}
