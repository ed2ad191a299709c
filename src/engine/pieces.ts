import type { ChunkMap, ChunkRun } from '../domain/chunks.js'
import type { PartialPiece } from '../ports/bundleStore.js'
import type { ChunkLedger } from './chunkLedger.js'
import { batches, goodChunks, wholeChunks } from './storedChunks.js'
import type { ChunkOrder, TransferPorts } from './transferOrder.js'

/**
 * Takes over what was fetched while no page was there: chunks that are right and missing. Each piece is deleted as soon
 * as the partial holds for certain what it had, so that there is room for the next one.
 */
export async function takePieces(order: ChunkOrder, ledger: ChunkLedger, ports: TransferPorts): Promise<void> {
  for (const piece of (await order.partial.pieces?.()) ?? []) {
    order.signal.throwIfAborted()
    await takePiece(piece, order, ledger, ports)
    await piece.delete()
  }
}

async function takePiece(
  piece: PartialPiece,
  order: ChunkOrder,
  ledger: ChunkLedger,
  ports: TransferPorts,
): Promise<void> {
  const { map, partial, signal } = order
  let isWritten = false
  for (const run of batches(map, piece.firstChunk, endOf(piece, map))) {
    signal.throwIfAborted()
    if (await takeRun(run, piece, order, ledger, ports)) isWritten = true
  }
  if (isWritten) await partial.flush()
}

/** Behind its last whole chunk. A piece of another bundle has none. */
function endOf({ firstChunk, size }: PartialPiece, map: ChunkMap): number {
  if (firstChunk >= map.count) return firstChunk
  return firstChunk + wholeChunks(map.run(firstChunk, map.count - 1), size, map).length
}

/** Whether it had anything that was missing. What cannot be read is fetched. */
async function takeRun(
  run: ChunkRun,
  piece: PartialPiece,
  { map, partial, meter }: ChunkOrder,
  ledger: ChunkLedger,
  ports: TransferPorts,
): Promise<boolean> {
  const bytes = await piece.read(run.offset - map.offset(piece.firstChunk), run.length).catch(() => undefined)
  if (!bytes) return false
  const missing = (await goodChunks(bytes, run, map, ports)).filter((index) => !ledger.has(index))
  for (const index of missing) {
    const start = map.offset(index) - run.offset
    await partial.write(map.offset(index), bytes.subarray(start, start + map.length(index)))
    ledger.add(index)
    meter.bytesDownloaded += map.length(index)
    meter.bytesReused += map.length(index)
  }
  return missing.length > 0
}
