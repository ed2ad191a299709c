import { concat, defer, type Observable, of } from 'rxjs'
import type { NetworkConditions, PluginDock } from '../../dock/types.js'
import type { BandwidthPolicy } from '../../domain/policy.js'
import { keepSame } from './same.js'
import { createSnapshotStore, type SnapshotStore } from './snapshotStore.js'

export interface NetworkStores {
  readonly policy: SnapshotStore<BandwidthPolicy>
  readonly conditions: SnapshotStore<NetworkConditions>
}

export function createNetworkStores({ policy, conditions }: PluginDock): NetworkStores {
  return { policy: storeOf(policy), conditions: storeOf(conditions) }
}

function storeOf<T>(watched: { readonly current: T; readonly changes: Observable<T> }): SnapshotStore<T> {
  return createSnapshotStore({
    // what changed while nobody listened comes first
    source: concat(
      defer(() => of(watched.current)),
      watched.changes,
    ),
    initial: watched.current,
    keep: keepSame,
    tellsAtOnce: true,
  })
}
