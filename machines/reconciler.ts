import type { DownloadEvent } from './download.types.js'
import type { FleetConnections, FleetEvent } from './fleet.types.js'
import type { SupervisorReport } from './supervisor.types.js'

/** So many are told at once of what has changed for all; a thread that draws can draw between two such parts. */
const TOLD_AT_ONCE = 100

interface Told {
  /** Comes back to {@link Reconciler.receive}, after what is under way. */
  readonly wake: (isNext: boolean) => void
  readonly tell: (taskId: string, event: DownloadEvent) => void
  readonly tellSupervisor: (report: SupervisorReport) => void
}

/** The one place that starts work. */
export class Reconciler {
  readonly #connections: Pick<FleetConnections, 'roster' | 'later'>
  readonly #told: Told
  #isDue = false
  /** Whether what was left for later waits for its task. */
  #isDivided = false
  #wasBusy = false
  #hasEnded = false

  constructor(connections: Pick<FleetConnections, 'roster' | 'later'>, told: Told) {
    this.#connections = connections
    this.#told = told
  }

  /** Facts have changed: a look at them follows, one for all that change until then. */
  request(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#told.wake(false)
  }

  receive({ isNext }: Extract<FleetEvent, { type: 'fleet.reconcile' }>): void {
    if (isNext) this.#isDivided = false
    else this.#isDue = false
    this.reconcile()
  }

  /** Tells downloads what the facts mean for them. */
  reconcile(): void {
    const { roster, later } = this.#connections
    const { tell, tellSupervisor, wake } = this.#told
    const { withheld, lifted, granted } = roster.admit(this.#isDivided ? 0 : TOLD_AT_ONCE)
    for (const { taskId, hold } of withheld) tell(taskId, { type: 'admission.withheld', hold })
    for (const taskId of lifted) tell(taskId, { type: 'admission.lifted' })
    for (const taskId of granted) tell(taskId, { type: 'admission.granted' })
    for (const change of roster.takePortalChanges()) tellSupervisor(change)
    const { busy } = roster
    if (busy !== this.#wasBusy) tellSupervisor({ type: busy ? 'fleet.busy' : 'fleet.idle' })
    this.#wasBusy = busy
    if (!roster.hasBacklog || this.#isDivided) return
    this.#isDivided = true
    later(() => {
      if (!this.#hasEnded) wake(true)
    })
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#hasEnded = true
  }
}
