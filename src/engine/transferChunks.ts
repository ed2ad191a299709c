import type { ChunkMap } from '../domain/chunks.js'
import { ChunkLedger } from './chunkLedger.js'
import { Lanes } from './lanes.js'
import { takePieces } from './pieces.js'
import { SLAB_BYTES, Slabs } from './slabs.js'
import { copyFromDonors, countStored } from './storedChunks.js'
import type { ChunkOrder, TransferPorts } from './transferOrder.js'
import { writeKept } from './unwritten.js'
import { WholeHash } from './wholeHash.js'

/** Beside the one that each connection fills: one is hashed and written, one keeps the network from waiting for that. */
const SPARE_SLABS = 2
/**
 * To hash everything twice takes a third longer on a line as fast as the disk. Up to this many bytes that is too little
 * to be noticed; beyond, the chunks decide, as they always do, and `bundle.integrity` is left to `verify`.
 */
const WHOLE_MAX_BYTES = 64 * 1024 * 1024

/** Fills in the chunks that are missing, each hashed before it is written. */
export async function transferChunks(order: ChunkOrder, ports: TransferPorts): Promise<ChunkMap> {
  const ledger = new ChunkLedger(order.map)
  await countStored(order, ledger, ports)
  await takePieces(order, ledger, ports)
  await copyFromDonors(order, ledger, ports)
  await writeKept(order, ledger)
  tellMissing(order, ledger)
  const isCheap = ports.digester.wholeDigestIsCheap && order.size <= WHOLE_MAX_BYTES
  const whole = isCheap ? new WholeHash(order, ports) : undefined
  const lanes = lanesFor(ledger.missing, order.connections.perDownload)
  const slabBytes = Math.max(Math.min(SLAB_BYTES, order.size), order.map.longest)
  const slabs = new Slabs(lanes + SPARE_SLABS, slabBytes, order.spareSlabs)
  const fetching = new Lanes({ order, ports, ledger, slabs, whole }, lanes).fetchMissing()
  await fetching.finally(() => slabs.end())
  whole?.check()
  return order.map
}

function tellMissing({ chunks, session }: ChunkOrder, ledger: ChunkLedger): void {
  chunks?.counted(
    ledger.missingRuns().map(({ first, last }) => [first, last]),
    session.mirrors.best().url,
  )
}

/** Less than this is over before a second connection is up to speed. */
const LANE_MIN_BYTES = 4 * 1024 * 1024
/** With so many short runs a connection spends its time on waiting for answers. */
const LANE_MIN_RUNS = 4

function lanesFor({ bytes, runs }: ChunkLedger['missing'], wanted: number): number {
  const useful = Math.max(Math.floor(bytes / LANE_MIN_BYTES), Math.floor(runs / LANE_MIN_RUNS))
  return Math.max(1, Math.min(wanted, useful))
}
