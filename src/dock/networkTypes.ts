import type { Observable } from 'rxjs'
import type { BandwidthPolicy, PolicyChange } from '../domain/policy.js'

/** How much of the network downloads may have, as the user wants it. */
export interface BandwidthPolicyControl {
  readonly current: BandwidthPolicy
  readonly changes: Observable<BandwidthPolicy>
  /** Obeyed at once, also by what runs, and kept. Settles when it is written; `undefined` takes a limit away. */
  change(part: PolicyChange): Promise<void>
  /** Back to the options. */
  reset(): Promise<void>
}

/** What the device says of its network, whatever the policy makes of it. `undefined` in a field: it does not tell. */
export interface NetworkConditions {
  readonly online: boolean
  /** Whether bytes cost. */
  readonly metered: boolean | undefined
  /** Whether the user has asked the browser or system to save data. */
  readonly saveData: boolean | undefined
}

/** The network of this very page or process, also where another page leads: both ask their own device. */
export interface DockConditions {
  readonly current: NetworkConditions
  /** Each time `current` says something else. Completes when the dock is closed. */
  readonly changes: Observable<NetworkConditions>
}
