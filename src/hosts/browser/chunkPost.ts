import type { Clock } from '../../ports/clock.js'

/** Chunks of a job that are stored, the first and the last of a run, and where they came from. */
export type StoredRun = readonly [jobId: number, first: number, last: number, url: string]

/** On a fast line hundreds of chunks are stored in a second: a message for each costs both threads more than it tells. */
const INTERVAL_MS = 25

/** Tells the page of chunks that are stored: a moment later, neighbours as one run, all in one message. */
export class ChunkPost {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>
  readonly #send: (runs: readonly StoredRun[]) => void
  #runs: StoredRun[] = []
  #timer: unknown

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>, send: (runs: readonly StoredRun[]) => void) {
    this.#clock = clock
    this.#send = send
  }

  add(jobId: number, first: number, last: number, url: string): void {
    const at = this.#runs.findIndex((run) => run[0] === jobId && run[2] + 1 === first && run[3] === url)
    const before = this.#runs[at]
    if (before) this.#runs[at] = [jobId, before[1], last, url]
    else this.#runs.push([jobId, first, last, url])
    this.#timer ??= this.#clock.setTimeout(() => this.sendNow(), INTERVAL_MS)
  }

  /** What is not told yet is told before whatever is sent next. */
  sendNow(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#runs.length === 0) return
    const runs = this.#runs
    this.#runs = []
    this.#send(runs)
  }
}
