import type { Bytes } from '../domain/bytes.js'
import type { ChunkRun } from '../domain/chunks.js'
import type { Clock } from '../ports/clock.js'
import { webPageError } from './answer.js'
import type { ChunkLedger } from './chunkLedger.js'
import { endedEarly, type OpenStream } from './download.js'
import { Filling } from './filling.js'
import type { Mirror } from './mirrors.js'
import { Settling } from './settling.js'
import type { Slabs } from './slabs.js'
import { batchAt, goodChunks } from './storedChunks.js'
import type { Carry, ChunkOrder, TransferPorts } from './transferOrder.js'
import { keepUnwritten } from './unwritten.js'
import type { WholeHash } from './wholeHash.js'
import type { Claim } from './workload.js'

/** What all connections of one transfer share. */
export interface ChunkWork {
  readonly order: ChunkOrder
  readonly ports: TransferPorts
  readonly ledger: ChunkLedger
  readonly slabs: Slabs
  readonly whole: WholeHash | undefined
}

/** On a line that fills no slab in this time, chunks are written as they come. */
const HAND_OVER_MS = 20

/** Reads claims from one stream: each chunk is hashed before it is written, while the next ones come. */
export class ChunkReader {
  /** Verified bytes that this stream won. */
  gainedBytes = 0
  readonly #stream: OpenStream
  readonly #mirror: Mirror
  readonly #url: string
  readonly #work: ChunkWork
  readonly #settling = new Settling()
  /** Its first chunk was right: from then on the next ones are read while one is hashed. */
  #isProven = false
  #isDamaged = false
  /** A chunk whose beginning came from another mirror: if it is wrong, nobody knows whose fault that is. */
  #mixed = -1

  constructor(stream: OpenStream, mirror: Mirror, url: string, work: ChunkWork) {
    this.#stream = stream
    this.#mirror = mirror
    this.#url = url
    this.#work = work
  }

  /** Whether a chunk of it was wrong: it may be of another file, and no more of it is read. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  /**
   * Reads a claim, whose first byte, behind `carried`, is the stream's next. Chunks that come damaged stay missing.
   * Returns when all of it was read, or when a chunk was wrong; rejects when the stream breaks: the
   * beginning of a chunk is then kept for the next request.
   */
  async read(claim: Claim, carried: Carry | undefined): Promise<void> {
    if (carried && carried.from !== this.#mirror.claimed) this.#mixed = claim.first
    let head = carried?.bytes
    while (claim.next < claim.end && !this.#isDamaged) {
      const batch = batchAt(this.#work.order.map, claim.next, this.#isProven ? claim.end : claim.next + 1)
      claim.next = batch.last + 1
      await this.#readBatch(batch, head)
      head = undefined
      if (!this.#isProven) await this.end()
    }
  }

  /** Settles when everything that was read is hashed and written. */
  async end(): Promise<void> {
    await this.#settling.end()
    this.#settling.throwIfFailed()
  }

  async #readBatch(batch: ChunkRun, head: Bytes | undefined): Promise<void> {
    const { order, slabs, ports } = this.#work
    const buffer = await slabs.take()
    const filling = new Filling(batch, order.map, new Uint8Array(buffer, 0, batch.length), (chunks, bytes) =>
      this.#settling.add(this.#settle(chunks, bytes)),
    )
    if (head) filling.prepend(head)
    const failure = this.#settling.hasFailed ? undefined : await this.#fill(filling, ports.clock)
    const isBroken = failure !== undefined
    void this.#settling.end().then(() => (isBroken ? slabs.drop() : slabs.give(buffer)))
    this.#settling.throwIfFailed()
    if (filling.isFull) return
    this.#keepTail(filling)
    await this.end()
    throw failure ?? endedEarly(this.#stream, this.#mirror)
  }

  /**
   * Reads until the slab is full, the stream ends or breaks; returns why it broke. What came before counts. On a slow
   * line every chunk is written as it comes; on a fast one they pile up, and go together.
   */
  async #fill(filling: Filling, clock: Clock): Promise<unknown> {
    let timer: unknown
    const settling = this.#settling
    const pass = (): void => {
      timer = undefined
      if (settling.isIdle) filling.handOver()
    }
    settling.whenIdle = () => {
      if (timer === undefined) filling.handOver()
    }
    try {
      while (!filling.isFull) {
        const count = await this.#stream.readInto(filling.room)
        if (count === 0) return undefined
        filling.advance(count)
        timer ??= clock.setTimeout(pass, HAND_OVER_MS)
      }
      return undefined
    } catch (failure) {
      return failure
    } finally {
      clock.clearTimeout(timer)
      settling.whenIdle = undefined
      filling.handOver()
    }
  }

  /** The next request starts at the next byte of the unfinished chunk. */
  #keepTail(filling: Filling): void {
    const { order, whole } = this.#work
    const tail = filling.tail()
    if (tail) {
      const from = tail.index === this.#mixed ? undefined : this.#mirror.claimed
      order.session.carries.set(tail.index, { bytes: tail.bytes, from })
    }
    whole?.spoil()
  }

  /** Hashes whole chunks and writes those that are right. */
  async #settle(chunks: ChunkRun, bytes: Bytes): Promise<void> {
    const { order, ports, whole } = this.#work
    const hashing = goodChunks(bytes, chunks, order.map, ports)
    whole?.update(chunks.offset, bytes)
    const good = new Set(await hashing)
    if (good.size > 0) {
      this.#isProven = true
      this.#mirror.praise()
      if (!this.#stream.isWhole) this.#mirror.askForPartsAgain()
    }
    for (let index = chunks.first; index <= chunks.last; index++) {
      if (!good.has(index)) this.#blame(index)
    }
    await this.#writeGood(chunks, bytes, good)
  }

  #blame(index: number): void {
    const { ledger, whole } = this.#work
    whole?.spoil()
    if (this.#stream.isPage && this.#stream.isWhole) throw webPageError(this.#url)
    this.#isDamaged = true
    if (index === this.#mixed) return
    ledger.blame(index, this.#url)
    this.#mirror.demote()
  }

  async #writeGood(batch: ChunkRun, bytes: Bytes, good: ReadonlySet<number>): Promise<void> {
    const { ledger, order } = this.#work
    const { map, partial, meter, session } = order
    const bytesOf = (first: number, end: number): Bytes =>
      bytes.subarray(map.offset(first) - batch.offset, map.offset(end) - batch.offset)
    for (let first = batch.first; first <= batch.last; ) {
      let end = first
      while (good.has(end)) end++
      if (end > first) {
        const written = bytesOf(first, end)
        try {
          await partial.write(map.offset(first), written)
        } catch (error) {
          const rest = [...good].filter((index) => index >= first)
          keepUnwritten(
            session,
            error,
            rest.map((index) => [index, bytesOf(index, index + 1)] as const),
          )
          throw error
        }
        for (let index = first; index < end; index++) ledger.add(index)
        order.chunks?.added(first, end - 1, this.#url)
        meter.bytesDownloaded += written.length
        session.gainedBytes += written.length
        this.gainedBytes += written.length
      }
      first = end + 1
    }
  }
}
