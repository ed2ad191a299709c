import type { Bytes } from '../domain/bytes.js'
import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import { PluginDockError, type PluginDockErrorCode } from '../domain/errors/index.js'
import { ChunkLedger } from './chunkLedger.js'
import { cutShort, type OpenStream, openStream, skip } from './download.js'
import { SLAB_BYTES, Slabs } from './slabs.js'
import { batches, copyFromDonors, countStored, goodChunks, wholeChunks } from './storedChunks.js'
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
/** What another mirror may do better. */
const FAILOVER_CODES = new Set<PluginDockErrorCode>(['network', 'http-status', 'stalled', 'integrity'])

/** Fills in the chunks that are missing, each hashed before it is written. */
export async function transferChunks(order: ChunkOrder, ports: TransferPorts): Promise<ChunkMap> {
  const ledger = new ChunkLedger(order.map)
  await countStored(order, ledger, ports)
  await copyFromDonors(order, ledger, ports)
  const whole = ports.digester.wholeDigestIsCheap ? new WholeHash(order, ports) : undefined
  const slabs = new Slabs(SLAB_COUNT, Math.max(SLAB_BYTES, order.map.longest))
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

  add(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    this.#open.add(settled)
    void settled.then(() => this.#open.delete(settled))
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
  const { order, ledger, slabs } = work
  for (const batch of batches(order.map, run)) {
    const buffer = await slabs.take()
    settling.throwIfFailed()
    const target = new Uint8Array(buffer, 0, batch.length)
    const head = batch.first === run.first ? carried : undefined
    if (head) target.set(head)
    const { filled, failure } = await fill(stream, target, head?.length ?? 0)
    settling.add(settle(batch, target.subarray(0, filled), url, work).finally(() => slabs.give(buffer)))
    if (filled < batch.length) {
      await settling.end()
      settling.throwIfFailed()
      throw failure ?? cutShort(url)
    }
    if (ledger.isAnotherFile) return
  }
}

/** Reads until `target` is full, the stream ends or breaks. What came before a break counts. */
async function fill(stream: OpenStream, target: Bytes, start: number): Promise<{ filled: number; failure?: unknown }> {
  let filled = start
  try {
    while (filled < target.length) {
      const count = await stream.readInto(target.subarray(filled))
      if (count === 0) return { filled }
      filled += count
    }
    return { filled }
  } catch (failure) {
    return { filled, failure }
  }
}

/** Hashes what came of a batch, writes what is right, and keeps the unfinished chunk for the next request. */
async function settle(batch: ChunkRun, bytes: Bytes, url: string, work: Work): Promise<void> {
  const { order, ports, ledger, whole } = work
  const { map, session } = order
  const hashing = goodChunks(bytes, batch, map, ports)
  whole?.update(batch.offset, bytes)
  const arrived = wholeChunks(batch, bytes.length, map)
  const good = new Set(await hashing)
  const bad = arrived.filter((index) => !good.has(index))
  for (const index of bad) ledger.blame(index, url)
  if (bad.length > 0 || bytes.length < batch.length) whole?.spoil()
  if (bad.length > 0) session.source++
  const next = batch.first + arrived.length
  const tail = bytes.slice(map.offset(next) - batch.offset)
  if (tail.length > 0) session.carry = { index: next, bytes: tail }
  await writeGood(batch, bytes, good, work)
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
