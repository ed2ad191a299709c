import { fromCallback } from 'xstate'
import type { MemberInput, SupervisorActors } from '../../machines/supervisor.actors.js'
import type { ConditionsReport, PortalNotice } from '../../machines/supervisor.types.js'
import { type Circumstances, circumstancesOf } from '../domain/network.js'
import type { DockState } from './dockState.js'
import { PortalProbes } from './portalProbes.js'

/** A network that does not stay for so long is none. */
const ONLINE_SETTLE_MS = 1000

/** What the network may be used for now. */
export function presentCircumstances({ policy, host }: DockState): Circumstances {
  return circumstancesOf(policy.current, host.conditions.current)
}

/** Tells what the network may be used for, as it changes, and asks origins again that answer with web pages. */
export function createConditions(stateOf: (input: MemberInput) => DockState): SupervisorActors['conditions'] {
  return fromCallback<PortalNotice, MemberInput>(({ input, receive, sendBack }) => {
    const watch = new ConditionsWatch(stateOf(input), sendBack)
    receive((notice) => watch.receive(notice))
    return () => watch.end()
  })
}

class ConditionsWatch {
  readonly #state: DockState
  readonly #report: (report: ConditionsReport) => void
  readonly #probes: PortalProbes
  readonly #ends: readonly (() => void)[]
  /** An end is believed at once, a return when it has lasted. */
  #isOnline: boolean
  #last: string
  #settling: unknown

  constructor(state: DockState, report: (report: ConditionsReport) => void) {
    this.#state = state
    this.#report = report
    this.#probes = new PortalProbes(state, report)
    this.#isOnline = state.host.conditions.current.online
    this.#last = JSON.stringify(presentCircumstances(state))
    const policy = state.policy.changes.subscribe(() => this.#tell())
    this.#ends = [state.host.conditions.watch(() => this.#see()), () => policy.unsubscribe()]
  }

  receive(notice: PortalNotice): void {
    switch (notice.type) {
      case 'portal.found':
        return this.#probes.begin(notice.origin, notice.portal)
      case 'portal.forgotten':
        return this.#probes.end(notice.origin)
      case 'portal.asked':
        return this.#probes.hurry(notice.origin)
    }
  }

  end(): void {
    for (const end of this.#ends) end()
    this.#stopSettling()
    this.#probes.endAll()
  }

  #see(): void {
    const { conditions, clock } = this.#state.host
    if (!conditions.current.online) {
      this.#stopSettling()
      this.#isOnline = false
    } else if (!this.#isOnline) {
      this.#settling ??= clock.setTimeout(() => this.#settle(), ONLINE_SETTLE_MS)
    }
    this.#tell()
    if (this.#isOnline) this.#probes.hurryAll()
  }

  #settle(): void {
    this.#settling = undefined
    this.#isOnline = true
    this.#tell()
    this.#probes.hurryAll()
  }

  #stopSettling(): void {
    this.#state.host.clock.clearTimeout(this.#settling)
    this.#settling = undefined
  }

  #tell(): void {
    const circumstances = { ...presentCircumstances(this.#state), online: this.#isOnline }
    const text = JSON.stringify(circumstances)
    if (text === this.#last) return
    this.#last = text
    this.#report({ type: 'conditions.changed', circumstances })
  }
}
