import type { Bytes } from '../domain/bytes.js'
import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { PluginDockError, type PluginDockErrorCode } from '../domain/errors/index.js'
import type { Clock } from '../ports/clock.js'
import { ChunkLedger } from './chunkLedger.js'
import { cutShort, type OpenStream, openStream, skip } from './download.js'
import { Filling } from './filling.js'
import { SLAB_BYTES, Slabs } from './slabs.js'
import { batches, copyFromDonors, countStored, goodChunks } from './storedChunks.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'
import { WholeHash } from './wholeHash.js'

type ChunkOrder = TransferOrder & { readonly map: ChunkMap }

interface Work {
  readonly order: ChunkOrder
  readonly ports: TransferPorts
  readonly ledger: ChunkLedger
  readonly slabs: Slabs
  readonly whole: WholeHash | undefined
}

/** One slab is filled while another is hashed and written; a third keeps the network from waiting for both. */
const SLAB_COUNT = 3
/**
 * To hash everything twice takes a third longer on a line as fast as the disk. Up to this many bytes that is too little
 * to be noticed; beyond, the chunks decide, as they always do, and `bundle.integrity` is left to `verify`.
 */
const WHOLE_MAX_BYTES = 64 * 1024 * 1024
/** On a line that fills no slab in this time, chunks are written as they come. */
const HAND_OVER_MS = 20
/** What another mirror may do better. */
const FAILOVER_CODES = new Set<PluginDockErrorCode>(['network', 'http-status', 'stalled', 'integrity'])

/** Fills in the chunks that are missing, each hashed before it is written. */
export async function transferChunks(order: ChunkOrder, ports: TransferPorts): Promise<ChunkMap> {
  const ledger = new ChunkLedger(order.map)
  await countStored(order, ledger, ports)
  await copyFromDonors(order, ledger, ports)
  const isCheap = ports.digester.wholeDigestIsCheap && order.size <= WHOLE_MAX_BYTES
  const whole = isCheap ? new WholeHash(order, ports) : undefined
  const slabs = new Slabs(SLAB_COUNT, Math.max(Math.min(SLAB_BYTES, order.size), order.map.longest))
  await fetchMissing({ order, ports, ledger, slabs, whole })
  whole?.check()
  return order.map
}

/** The next mirror takes over at once; only when all of them failed in a row does the attempt fail. */
async function fetchMissing(work: Work): Promise<void> {
  const { order, ledger } = work
  const { urls, session, signal } = order
  let failedInARow = 0
  for (let run = ledger.firstMissingRun(); run; run = ledger.firstMissingRun()) {
    const gainedBefore = session.gainedBytes
    const url = urls[session.source % urls.length] ?? ''
    try {
      await fetchRun(run, url, work)
    } catch (error) {
      if (signal.aborted || !(error instanceof PluginDockError) || !FAILOVER_CODES.has(error.code)) throw error
      session.source++
      failedInARow = session.gainedBytes > gainedBefore ? 1 : failedInARow + 1
      if (failedInARow >= urls.length) throw error
    }
    ledger.giveUpIfHopeless(urls.length)
  }
}

/** One request. Chunks that come damaged stay missing and are fetched again, from the next source. */
async function fetchRun(run: ChunkRun, url: string, work: Work): Promise<void> {
  const { order, ports, ledger } = work
  const { map, session } = order
  const carried = session.carry?.index === run.first ? session.carry.bytes : undefined
  const offset = run.offset + (carried?.length ?? 0)
  const last = run.last === map.count - 1 ? {} : { last: run.offset + run.length - 1 }
  const stream = await openStream({ url, range: { offset, ...last } }, order, ports)
  session.carry = undefined
  ledger.beginStream()
  const settling = new Settling()
  try {
    await skip(stream, offset - stream.offset, url)
    await readBatches({ run, url, stream, carried, settling }, work)
  } finally {
    await stream.close()
    await settling.end()
  }
  settling.throwIfFailed()
}

/** What is being hashed and written while the next bytes come. */
class Settling {
  readonly #open = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined
  /** Called whenever nothing is open any more. */
  whenIdle: (() => void) | undefined

  add(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    this.#open.add(settled)
    void settled.then(() => {
      this.#open.delete(settled)
      if (this.isIdle) this.whenIdle?.()
    })
  }

  get isIdle(): boolean {
    return this.#open.size === 0
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  async end(): Promise<void> {
    await Promise.all(this.#open)
  }
}

interface Reading {
  readonly run: ChunkRun
  readonly url: string
  readonly stream: OpenStream
  readonly carried: Bytes | undefined
  readonly settling: Settling
}

async function readBatches({ run, url, stream, carried, settling }: Reading, work: Work): Promise<void> {
  for (const batch of batches(work.order.map, run)) {
    const buffer = await work.slabs.take()
    settling.throwIfFailed()
    const head = batch.first === run.first ? carried : undefined
    const filling = new Filling(batch, work.order.map, new Uint8Array(buffer, 0, batch.length), (chunks, bytes) =>
      settling.add(settle(chunks, bytes, url, work)),
    )
    if (head) filling.prepend(head)
    const failure = await fill(stream, filling, settling, work.ports.clock)
    void settling.end().then(() => work.slabs.give(buffer))
    if (filling.isFull && !work.ledger.isAnotherFile) continue
    await settling.end()
    settling.throwIfFailed()
    if (filling.isFull) return
    keepTail(filling, work)
    throw failure ?? cutShort(url)
  }
}

/**
 * Reads until the slab is full, the stream ends or breaks; returns why it broke. What came before counts. On a slow
 * line every chunk is written as it comes; on a fast one they pile up, and go together.
 */
async function fill(stream: OpenStream, filling: Filling, settling: Settling, clock: Clock): Promise<unknown> {
  let timer: unknown
  const pass = (): void => {
    timer = undefined
    if (settling.isIdle) filling.handOver()
  }
  settling.whenIdle = () => {
    if (timer === undefined) filling.handOver()
  }
  try {
    while (!filling.isFull) {
      const count = await stream.readInto(filling.room)
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
function keepTail(filling: Filling, { order, whole }: Work): void {
  order.session.carry = filling.tail()
  whole?.spoil()
}

/** Hashes whole chunks and writes those that are right. */
async function settle(chunks: ChunkRun, bytes: Bytes, url: string, work: Work): Promise<void> {
  const { order, ports, ledger, whole } = work
  const hashing = goodChunks(bytes, chunks, order.map, ports)
  whole?.update(chunks.offset, bytes)
  const good = new Set(await hashing)
  for (let index = chunks.first; index <= chunks.last; index++) if (!good.has(index)) ledger.blame(index, url)
  if (good.size <= chunks.last - chunks.first) {
    whole?.spoil()
    order.session.source++
  }
  await writeGood(chunks, bytes, good, work)
}

async function writeGood(batch: ChunkRun, bytes: Bytes, good: ReadonlySet<number>, work: Work): Promise<void> {
  const { map, partial, meter, session } = work.order
  for (let first = batch.first; first <= batch.last; ) {
    let end = first
    while (good.has(end)) end++
    if (end > first) {
      const start = map.offset(first)
      await partial.write(start, bytes.subarray(start - batch.offset, map.offset(end) - batch.offset))
      for (let index = first; index < end; index++) work.ledger.add(index)
      meter.bytesDownloaded += map.offset(end) - start
      session.gainedBytes += map.offset(end) - start
    }
    first = end + 1
  }
}
