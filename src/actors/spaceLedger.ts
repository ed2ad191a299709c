import { Subject } from 'rxjs'
import type { EvictionPlan } from '../domain/evictionPlan.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { Clock } from '../ports/clock.js'

/** A store refused a write: whatever it says of its room is not believed, until `until` on the monotonic clock. */
interface Doubt {
  /** What it claimed to have left at that moment. */
  readonly claimedBytes: number | undefined
  readonly until: number
}

/** As often as a download without room looks whether there is some: then it may as well try. */
const FIRST_DOUBT_MS = 30_000
const LONGEST_DOUBT_MS = 60 * 60 * 1000

/** What of the room is promised, and whether the store's own figures can be believed. */
export class SpaceLedger {
  readonly budgetBytes: number | undefined
  readonly reserveBytes: number
  /** Told when it is worth a look whether there is room now. */
  readonly looks = new Subject<void>()
  /** Told of what was removed to make room. */
  readonly evicted = new Subject<EvictionPlan>()
  /** Measuring, promising and evicting: one after the other, so that no room is given out twice. */
  readonly inTurn = createSerialQueue()
  /** By task: what it has still to store, now. */
  readonly #promised = new Map<string, () => number>()
  readonly #clock: Clock
  #doubt: Doubt | undefined
  #doubtMs = FIRST_DOUBT_MS

  constructor(limits: { readonly budgetBytes: number | undefined; readonly reserveBytes: number }, clock: Clock) {
    this.budgetBytes = limits.budgetBytes
    this.reserveBytes = limits.reserveBytes
    this.#clock = clock
  }

  get promisedBytes(): number {
    let sum = 0
    for (const bytesToStore of this.#promised.values()) sum += bytesToStore()
    return sum
  }

  promise(taskId: string, bytesToStore: () => number): void {
    this.#promised.set(taskId, bytesToStore)
  }

  /** The task needs no more room, or waits for its turn again. */
  release(taskId: string): void {
    if (this.#promised.delete(taskId)) this.looks.next()
  }

  releaseAll(): void {
    this.#promised.clear()
  }

  /** Something of ours was removed: the store is believed again. */
  freed(): void {
    this.#doubt = undefined
    this.looks.next()
  }

  /** The store refused to write, whatever it claims to have left. Longer each time, until something was installed. */
  doubt(claimedBytes: number | undefined): void {
    this.#doubt = { claimedBytes, until: this.#clock.monotonic() + this.#doubtMs }
    this.#doubtMs = Math.min(LONGEST_DOUBT_MS, this.#doubtMs * 2)
  }

  /** Everything was written. */
  trust(): void {
    this.#doubt = undefined
    this.#doubtMs = FIRST_DOUBT_MS
  }

  /** What a claim is worth: in doubt, only by how much it has grown. */
  believed(claimedBytes: number | undefined): number | undefined {
    const doubt = this.#doubt
    if (!doubt || this.#clock.monotonic() >= doubt.until) return claimedBytes
    if (claimedBytes === undefined || doubt.claimedBytes === undefined) return 0
    return Math.max(0, claimedBytes - doubt.claimedBytes)
  }
}
