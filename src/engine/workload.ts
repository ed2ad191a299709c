import type { ChunkMap } from '../domain/chunks.js'
import type { Clock } from '../ports/clock.js'
import type { ChunkLedger } from './chunkLedger.js'

/** Less than this is not worth taking from a connection that is at it: the cut costs what is under way to it. */
const STEAL_MIN_BYTES = 1024 * 1024
const STEAL_MIN_MS = 2000

/** Chunks that one connection fetches: from `first` to before `end`. It has begun with those before `next`. */
export interface Claim {
  readonly first: number
  next: number
  end: number
  /** On the monotonic clock. */
  readonly since: number
}

/** Deals out what is missing, in long disjoint runs. What is left at the end is shared once more. */
export class Workload {
  readonly #map: ChunkMap
  readonly #ledger: ChunkLedger
  /** Chunks of which a broken connection left a beginning: a request can start inside them. */
  readonly #begun: { has(index: number): boolean }
  readonly #clock: Clock
  readonly #claims = new Set<Claim>()
  #shareBytes = Number.POSITIVE_INFINITY

  constructor(map: ChunkMap, ledger: ChunkLedger, begun: { has(index: number): boolean }, clock: Clock) {
    this.#clock = clock
    this.#map = map
    this.#ledger = ledger
    this.#begun = begun
  }

  /** From now on `lanes` connections share what is missing. */
  shareAmong(lanes: number): void {
    this.#shareBytes = Math.ceil(this.#ledger.missing.bytes / lanes)
  }

  /** The next run for a connection; `undefined` where nothing is left that would be worth one. */
  claim(): Claim | undefined {
    const run = this.#ledger.nextMissingRun()
    return run ? this.#add(run.first, this.#endOf(run.first, run.last + 1)) : this.#steal()
  }

  /** The next missing run behind `claim`, for an answer that goes on anyway. */
  claimBehind(claim: Claim): Claim | undefined {
    const run = this.#ledger.nextMissingRun(claim.end)
    return run && this.#add(run.first, run.last + 1)
  }

  /** What of it did not come can be claimed again. */
  release(claim: Claim): void {
    this.#claims.delete(claim)
    this.#ledger.release(claim.first, claim.end)
  }

  /** A share's length, unless the run is hardly longer, and never across a chunk that is begun. */
  #endOf(first: number, runEnd: number): number {
    const map = this.#map
    let end = runEnd
    if (map.offset(runEnd) - map.offset(first) > this.#shareBytes * 1.25) {
      end = Math.max(first + 1, map.indexAt(map.offset(first) + this.#shareBytes))
    }
    for (let index = first + 1; index < end; index++) if (this.#begun.has(index)) return index
    return end
  }

  #add(first: number, end: number): Claim {
    const claim: Claim = { first, next: first, end, since: this.#clock.monotonic() }
    this.#claims.add(claim)
    this.#ledger.claim(first, end)
    return claim
  }

  /** Half of what the last one still has before it, where that will take a while. */
  #steal(): Claim | undefined {
    const victim = [...this.#claims].reduce<Claim | undefined>(
      (last, claim) => (last && this.#leftMs(last) >= this.#leftMs(claim) ? last : claim),
      undefined,
    )
    if (!victim || this.#bytesLeft(victim) < STEAL_MIN_BYTES || this.#leftMs(victim) < STEAL_MIN_MS) return undefined
    const middle = this.#map.indexAt(this.#map.offset(victim.next) + this.#bytesLeft(victim) / 2)
    const end = victim.end
    if (middle <= victim.next || middle >= end) return undefined
    victim.end = middle
    return this.#add(middle, end)
  }

  /** At the pace so far; of one that was at nothing for long, for ever. */
  #leftMs(claim: Claim): number {
    const elapsedMs = this.#clock.monotonic() - claim.since
    const bytes = this.#map.offset(claim.next) - this.#map.offset(claim.first)
    if (elapsedMs < STEAL_MIN_MS / 4) return 0
    return bytes === 0 ? Number.POSITIVE_INFINITY : (this.#bytesLeft(claim) * elapsedMs) / bytes
  }

  #bytesLeft({ next, end }: Claim): number {
    return this.#map.offset(end) - this.#map.offset(next)
  }
}
