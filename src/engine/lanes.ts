import { HttpStatusError, type PluginDockError } from '../domain/errors/index.js'
import { ChunkReader, type ChunkWork } from './chunkReader.js'
import type { Slot } from './connectionSlots.js'
import { type OpenStream, openPart, openStream, skipTo } from './download.js'
import { LaneGrowth } from './laneGrowth.js'
import type { Mirror } from './mirrors.js'
import { recover } from './recover.js'
import { type Claim, Workload } from './workload.js'

/** A connection that brought so much before it was cut is made again at once: the line is not the trouble. */
const AT_ONCE_BYTES = 512 * 1024

/** What a lane is left with: its connection was wanted elsewhere, or brings nothing that another does not. */
class GaveWay extends Error {}

/** One connection after the other, for as long as there is something to fetch. */
interface Lane {
  /** Requests in a row that won nothing. */
  failedInARow: number
  /** Of the present request. */
  abort: AbortController
}

/**
 * Fetches what is missing over one connection, and over more as soon as the first has shown that the server answers
 * with parts, and by its pace that they are worth having. A lane that fails leaves its work to the others; the attempt
 * fails with the last one.
 */
export class Lanes {
  readonly #work: ChunkWork
  readonly #workload: Workload
  readonly #open = new Map<Lane, Promise<void>>()
  /** How many there should be. */
  #wanted: number
  readonly #growth: LaneGrowth
  /** Ends all of them. */
  #fatal: { readonly error: unknown } | undefined
  #lastFailure: LaneFailure | undefined

  constructor(work: ChunkWork, lanes: number) {
    this.#work = work
    this.#wanted = lanes
    this.#workload = new Workload(work.order.map, work.ledger, work.order.session.carries, work.ports.clock)
    this.#workload.shareAmong(lanes)
    this.#growth = new LaneGrowth(work.ports.clock, work.order.meter, work.ledger.missing.bytes, () => this.#grow())
  }

  /** Settles when nothing is missing; rejects with a typed error or `signal.reason` when no connection is left. */
  async fetchMissing(): Promise<void> {
    const { order, ledger } = this.#work
    const stop = (): void => this.#end(order.signal.reason)
    order.signal.addEventListener('abort', stop, { once: true })
    try {
      while (ledger.nextMissingRun()) {
        order.signal.throwIfAborted()
        this.#lastFailure = undefined
        this.#openLane()
        while (this.#open.size > 0) await Promise.all(this.#open.values())
        if (this.#fatal) throw this.#fatal.error
        if (this.#lastFailure && ledger.nextMissingRun()) throw asOf(this.#lastFailure, this.#now())
      }
    } finally {
      order.signal.removeEventListener('abort', stop)
      this.#growth.end()
    }
  }

  #openLane(): void {
    const lane: Lane = { failedInARow: 0, abort: new AbortController() }
    this.#open.set(lane, Promise.resolve())
    const running = this.#run(lane)
      .catch((error: unknown) => this.#end(error))
      .finally(() => this.#open.delete(lane))
    this.#open.set(lane, running)
  }

  /** More connections, while there is work for them. */
  #grow(): void {
    const { ledger } = this.#work
    if (this.#fatal || !this.#growth.isWorthIt) return
    while (this.#open.size < this.#wanted && ledger.nextMissingRun()) this.#openLane()
  }

  #end(error: unknown): void {
    this.#fatal ??= { error }
    for (const lane of this.#open.keys()) lane.abort.abort(error)
  }

  async #run(lane: Lane): Promise<void> {
    for (let claim = this.#workload.claim(); claim && !this.#fatal; claim = this.#workload.claim()) {
      const goesOn = await this.#fetch(claim, lane).finally(() => this.#workload.release(claim))
      if (!goesOn) return
      this.#work.ledger.giveUpIfHopeless(this.#work.order.session.mirrors.count)
      this.#grow()
    }
  }

  /** One request. `false` where the lane should end; rejects with what ends all of them. */
  async #fetch(claim: Claim, lane: Lane): Promise<boolean> {
    const { session } = this.#work.order
    const mirror = session.mirrors.best()
    const { url } = mirror
    lane.abort = new AbortController()
    const slot = await this.#slot(url, lane)
    if (!slot) return false
    const gain = { bytes: 0, isAllThatWasSaid: false }
    try {
      await this.#request(claim, { lane, mirror, url, gain })
      lane.failedInARow = 0
      return true
    } catch (error) {
      if (this.#fatal) throw this.#fatal.error
      if (error instanceof GaveWay) return false
      // others may have the connection while the app is asked for a link
      slot.release()
      return await this.#recover(error, { lane, mirror, url, gain })
    } finally {
      slot.release()
    }
  }

  async #slot(url: string, lane: Lane): Promise<Slot | undefined> {
    const { slots, connections, session, signal } = this.#work.order
    const origin = new URL(url).origin
    const holder = { job: session, giveWay: () => lane.abort.abort(new GaveWay()) }
    const isOnly = this.#open.size <= 1
    if (isOnly) return slots.take(origin, connections.perOrigin, holder, signal)
    return slots.tryTake(origin, connections.perOrigin, holder)
  }

  async #request(claim: Claim, { lane, mirror, url, gain }: Request): Promise<void> {
    const { order, ports } = this.#work
    const { map, session } = order
    const carried = session.carries.get(claim.first)
    const offset = map.offset(claim.first) + (carried?.bytes.length ?? 0)
    const end = map.offset(claim.end)
    const range = end === map.size ? { offset } : { offset, last: end - 1 }
    const { signal } = lane.abort
    const stream = mirror.sendsWholeOnly
      ? await openStream({ url, signal }, order, ports)
      : await openPart({ url, range, signal }, mirror, order, ports)
    const reader = new ChunkReader(stream, mirror, url, this.#work)
    try {
      this.#judgeRanges(stream, offset)
      await skipTo(stream, offset, mirror)
      session.carries.delete(claim.first)
      await reader.read(claim, carried)
      if (stream.isWhole) await this.#readOn(claim, stream, reader, mirror)
    } finally {
      await stream.close()
      await reader.end().finally(() => {
        gain.bytes = reader.gainedBytes
        gain.isAllThatWasSaid = stream.isSpent
      })
    }
  }

  /** More than one connection is of use only where the server answers with the part that was asked for. */
  #judgeRanges(stream: OpenStream, offset: number): void {
    if (!stream.isWhole) {
      if (this.#wanted > 1) this.#growth.begin()
      return
    }
    this.#wanted = 1
    if (this.#open.size > 1 && offset > 0) throw new GaveWay()
  }

  /** An answer with the whole file goes on behind what was asked for: what else is missing is taken from it. */
  async #readOn(claim: Claim, stream: OpenStream, reader: ChunkReader, mirror: Mirror): Promise<void> {
    const { map, session } = this.#work.order
    for (let next = this.#workload.claimBehind(claim); next; next = this.#workload.claimBehind(next)) {
      const current = next
      try {
        if (reader.isDamaged) return
        await skipTo(stream, map.offset(current.first), mirror)
        session.carries.delete(current.first)
        await reader.read(current, undefined)
      } finally {
        // what was read is hashed by then, so that what came well is not claimed again
        await reader.end().finally(() => this.#workload.release(current))
      }
    }
  }

  /** After a failed request: whether this lane goes on, with this or another mirror. */
  async #recover(thrown: unknown, { lane, mirror, url, gain }: Request): Promise<boolean> {
    const { order } = this.#work
    const failure = await recover(thrown, mirror, url, order)
    if (this.#fatal) throw this.#fatal.error
    if (!failure) return true
    if (gain.bytes >= AT_ONCE_BYTES || (gain.bytes > 0 && gain.isAllThatWasSaid)) {
      lane.failedInARow = 0
      return true
    }
    mirror.noteFailure()
    lane.failedInARow = gain.bytes > 0 ? 1 : lane.failedInARow + 1
    if (lane.failedInARow < order.session.mirrors.count) return true
    this.#note({ error: failure, at: this.#now() })
    // a server that turns the second connection away is content with the first
    if (failure instanceof HttpStatusError && this.#open.size > 1) this.#wanted = this.#open.size - 1
    return false
  }

  /** Of several, the one whose server wants to be left alone for longest; of equals the last. */
  #note(failure: LaneFailure): void {
    const now = this.#now()
    if (!this.#lastFailure || waitMs(failure, now) >= waitMs(this.#lastFailure, now)) this.#lastFailure = failure
  }

  #now(): number {
    return this.#work.ports.clock.monotonic()
  }
}

interface Request {
  readonly lane: Lane
  readonly mirror: Mirror
  readonly url: string
  readonly gain: Gain
}

interface Gain {
  /** Verified bytes that it won. */
  bytes: number
  /** Whether its answer came whole: a server may give less than it was asked for, and wants to be asked for the rest. */
  isAllThatWasSaid: boolean
}

interface LaneFailure {
  readonly error: PluginDockError
  /** On the monotonic clock. */
  readonly at: number
}

/** How long the server wants to be left alone, from `now` on. */
function waitMs({ error, at }: LaneFailure, now: number): number {
  const asked = error instanceof HttpStatusError ? error.retryAfterMs : undefined
  return Math.max(0, (asked ?? 0) - (now - at))
}

/** What is told of it now: other connections may have gone on for long. */
function asOf(failure: LaneFailure, now: number): PluginDockError {
  const { error } = failure
  if (!(error instanceof HttpStatusError) || error.retryAfterMs === undefined) return error
  const { message, url, status } = error
  return new HttpStatusError(message, { url, status, retryAfterMs: waitMs(failure, now) }, { cause: error.cause })
}
