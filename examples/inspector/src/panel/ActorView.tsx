import type { ReactNode } from 'react'
import { MachineChart } from '../../../../stories/machines/MachineChart.js'
import type { ActorStore, ShownActor } from './actorStore.js'

/** What one actor is doing: the chart of its machine with the present state lit, and its snapshot. */
export function ActorView({ store, actor }: { readonly store: ActorStore; readonly actor: ShownActor }): ReactNode {
  const machine = store.machineOf(actor)
  return (
    <section className="in-actor" aria-label={`Actor ${actor.name}`}>
      <h2>{actor.name}</h2>
      {machine ? (
        <MachineChart machine={machine} value={actor.snapshot.value} />
      ) : (
        <p>It is no state machine, so there is no chart of it.</p>
      )}
      <details open={!machine}>
        <summary>Snapshot</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <section className="in-json" aria-label="Snapshot" tabIndex={0}>
          <pre>{JSON.stringify(actor.snapshot, null, 2)}</pre>
        </section>
      </details>
    </section>
  )
}
