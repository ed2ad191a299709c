import { distinctUntilChanged, type Observable, skip } from 'rxjs'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import { type DockState, leadingStoresOf } from '../actors/dockState.js'
import { assertPolicyChange, type BandwidthPolicy, type PolicyChange } from '../domain/policy.js'
import type { BandwidthPolicyControl } from './types.js'

/** What the user lets downloads have. */
export class DockPolicy implements BandwidthPolicyControl {
  readonly changes: Observable<BandwidthPolicy>
  readonly #state: DockState
  readonly #supervisor: SupervisorActor

  constructor(state: DockState, supervisor: SupervisorActor) {
    this.#state = state
    this.#supervisor = supervisor
    this.changes = state.policy.changes.pipe(skip(1), distinctUntilChanged())
    state.beforeClose.add(async () => state.policy.changes.complete())
  }

  get current(): BandwidthPolicy {
    return this.#state.policy.current
  }

  async change(part: PolicyChange): Promise<void> {
    leadingStoresOf(this.#state)
    assertPolicyChange(part)
    this.#supervisor.send({ type: 'policy.change', part })
    await this.#state.policy.whenWritten()
  }

  async reset(): Promise<void> {
    leadingStoresOf(this.#state)
    this.#supervisor.send({ type: 'policy.reset' })
    await this.#state.policy.whenWritten()
  }
}
