import { Observable } from 'rxjs'
import type { DockState } from '../actors/dockState.js'
import { assertPolicyChange, type BandwidthPolicy, type PolicyChange } from '../domain/policy.js'
import type { BandwidthPolicyControl } from './types.js'

/** What the user lets downloads have. */
export class DockPolicy implements BandwidthPolicyControl {
  readonly changes: Observable<BandwidthPolicy>
  readonly #state: DockState

  constructor(state: DockState) {
    this.#state = state
    const { changes } = state.policy
    this.changes = new Observable((subscriber) => {
      let last = changes.value
      return changes.subscribe({
        next: (policy) => {
          if (policy === last) return
          last = policy
          subscriber.next(policy)
        },
        complete: () => subscriber.complete(),
      })
    })
    state.beforeClose.add(async () => state.policy.changes.complete())
  }

  get current(): BandwidthPolicy {
    return this.#state.policy.current
  }

  async change(part: PolicyChange): Promise<void> {
    assertPolicyChange(part)
    await this.#state.calls.make('policy.change', part)
  }

  async reset(): Promise<void> {
    await this.#state.calls.make('policy.reset')
  }
}
