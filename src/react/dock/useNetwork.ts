import { useMemo, useSyncExternalStore } from 'react'
import type { BandwidthPolicyControl, NetworkConditions } from '../../dock/types.js'
import { type BandwidthPolicy, DEFAULT_BANDWIDTH_POLICY } from '../../domain/policy.js'
import { usePluginDock } from './dockContext.js'
import { conditionsOf, policyOf } from './dockStores.js'

export interface BandwidthPolicyView extends Pick<BandwidthPolicyControl, 'change' | 'reset'> {
  readonly policy: BandwidthPolicy
}

const ON_A_SERVER: NetworkConditions = { online: true, metered: undefined, saveData: undefined }

/** How much of the network downloads may have, and how to change it; the default one on a server. */
export function useBandwidthPolicy(): BandwidthPolicyView {
  const dock = usePluginDock()
  const { subscribe, getSnapshot } = policyOf(dock)
  const policy = useSyncExternalStore(subscribe, getSnapshot, () => DEFAULT_BANDWIDTH_POLICY)
  return useMemo(() => {
    const control = dock.policy
    return { policy, change: (part) => control.change(part), reset: () => control.reset() }
  }, [dock, policy])
}

/** What this device says of its network, the same object until it says something else; online on a server. */
export function useConditions(): NetworkConditions {
  const { subscribe, getSnapshot } = conditionsOf(usePluginDock())
  return useSyncExternalStore(subscribe, getSnapshot, () => ON_A_SERVER)
}
