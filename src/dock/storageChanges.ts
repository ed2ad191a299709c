import { Observable, type Subscription } from 'rxjs'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import type { DockState } from '../actors/dockState.js'
import type { InstalledIndex } from '../actors/installedIndex.js'
import { shared } from './shared.js'

/** What is stored, or how it is used, has changed. Completes when the supervisor ends. */
export function storageChangesOf(supervisor: SupervisorActor, state: DockState): Observable<void> {
  return shared(
    new Observable<void>((subscriber) => {
      let index: InstalledIndex | undefined
      let indexed: Subscription | undefined
      const tell = (): void => subscriber.next()
      // who leads now has an index of its own
      const follow = (): void => {
        const next = state.opened?.index
        if (next === index) return
        indexed?.unsubscribe()
        indexed = next?.changes.subscribe(tell)
        if (index) tell()
        index = next
      }
      const end = (): void => subscriber.complete()
      const others = [state.uses.subscribe(tell), state.repaired.subscribe(tell), state.space.evicted.subscribe(tell)]
      const life = supervisor.subscribe({ next: follow, complete: end, error: end })
      follow()
      return () => {
        for (const subscription of [...others, indexed, life]) subscription?.unsubscribe()
      }
    }),
  )
}
