import { distinctUntilChanged, map, Observable, ReplaySubject, skip, startWith, takeUntil } from 'rxjs'
import type { DockState } from '../actors/dockState.js'
import type { Host } from '../ports/host.js'
import type { DockConditions, NetworkConditions } from './types.js'

/** What the host says of the network, as it says it. */
export function conditionsOf(state: DockState): DockConditions {
  const { host } = state
  const closed = new ReplaySubject<void>(1)
  state.beforeClose.add(async () => closed.next())
  return {
    get current() {
      return networkOf(host)
    },
    changes: new Observable<void>((subscriber) => host.conditions.watch(() => subscriber.next())).pipe(
      startWith(undefined),
      map(() => networkOf(host)),
      distinctUntilChanged(isSame),
      skip(1),
      takeUntil(closed),
    ),
  }
}

function networkOf({ conditions }: Host): NetworkConditions {
  const { online, metered, saveData } = conditions.current
  return { online, metered, saveData }
}

function isSame(left: NetworkConditions, right: NetworkConditions): boolean {
  return left.online === right.online && left.metered === right.metered && left.saveData === right.saveData
}
