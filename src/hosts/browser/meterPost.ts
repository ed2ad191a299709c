import type { TransferMeter } from '../../domain/progress.js'
import type { Clock } from '../../ports/clock.js'

const INTERVAL_MS = 100

type Counters = readonly (readonly [jobId: number, meter: TransferMeter])[]

/** Sends the counters of running jobs to the page: of those that moved, ten times a second, all in one message. */
export class MeterPost {
  readonly #clock: Pick<Clock, 'setTimeout'>
  readonly #send: (counters: Counters) => void
  readonly #running = new Map<number, { readonly meter: TransferMeter; sent: TransferMeter }>()
  #isTicking = false

  constructor(clock: Pick<Clock, 'setTimeout'>, send: (counters: Counters) => void) {
    this.#clock = clock
    this.#send = send
  }

  begin(jobId: number, meter: TransferMeter): void {
    this.#running.set(jobId, { meter, sent: { ...meter } })
    if (!this.#isTicking) this.#tick()
  }

  /** Sends where the counters ended. */
  end(jobId: number): void {
    const ended = this.#running.get(jobId)
    this.#running.delete(jobId)
    if (ended) this.#send([[jobId, ended.meter]])
  }

  #tick(): void {
    this.#isTicking = this.#running.size > 0
    if (!this.#isTicking) return
    this.#clock.setTimeout(() => {
      this.#sendChanged()
      this.#tick()
    }, INTERVAL_MS)
  }

  #sendChanged(): void {
    const changed = [...this.#running].filter(([, { meter, sent }]) => !isSame(meter, sent))
    if (changed.length === 0) return
    for (const [, job] of changed) job.sent = { ...job.meter }
    this.#send(changed.map(([jobId, { sent }]) => [jobId, sent]))
  }
}

function isSame(left: TransferMeter, right: TransferMeter): boolean {
  return (
    left.bytesDownloaded === right.bytesDownloaded &&
    left.bytesReused === right.bytesReused &&
    left.bytesTransferred === right.bytesTransferred &&
    left.lastByteAt === right.lastByteAt
  )
}
