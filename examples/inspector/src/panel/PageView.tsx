import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { ActorTree } from './ActorTree.js'
import { ActorView } from './ActorView.js'
import type { ActorStore } from './actorStore.js'
import { EventLog } from './EventLog.js'

/** One page's actors: who there is, what the chosen one is doing, and what happens. */
export function PageView({ store }: { readonly store: ActorStore }): ReactNode {
  useSyncExternalStore(store.subscribe, store.getVersion)
  const [chosenId, choose] = useState<string>()
  const root = [...store.actors.values()].find(({ parentId }) => parentId === undefined)
  const chosen = store.actors.get(chosenId ?? '') ?? root
  return (
    <main className="in-main">
      <ActorTree store={store} chosenId={chosen?.id} onChoose={choose} />
      {chosen ? <ActorView store={store} actor={chosen} /> : <p className="in-actor">Waiting for the page to tell.</p>}
      <EventLog store={store} chosen={chosen} />
    </main>
  )
}
