import { Observable, Subject } from 'rxjs'
import type { DockState } from '../actors/dockState.js'
import type { Host } from '../ports/host.js'
import type { DockConditions, NetworkConditions } from './types.js'

/** What the host says of the network, as it says it. */
export function conditionsOf(state: DockState): DockConditions {
  const { host } = state
  const closed = new Subject<void>()
  state.beforeClose.add(async () => closed.complete())
  return {
    get current() {
      return networkOf(host)
    },
    changes: new Observable((subscriber) => {
      let last = networkOf(host)
      const look = (): void => {
        const network = networkOf(host)
        if (isSame(network, last)) return
        last = network
        subscriber.next(network)
      }
      subscriber.add(closed.subscribe({ complete: () => subscriber.complete() }))
      if (!subscriber.closed) subscriber.add(host.conditions.watch(look))
    }),
  }
}

function networkOf({ conditions }: Host): NetworkConditions {
  const { online, metered, saveData } = conditions.current
  return { online, metered, saveData }
}

function isSame(left: NetworkConditions, right: NetworkConditions): boolean {
  return left.online === right.online && left.metered === right.metered && left.saveData === right.saveData
}
