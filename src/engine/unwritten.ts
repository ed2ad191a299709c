import type { Bytes } from '../domain/bytes.js'
import { StorageFullError } from '../domain/errors/index.js'
import type { ChunkLedger } from './chunkLedger.js'
import type { ChunkOrder, TransferSession } from './transferOrder.js'

/**
 * Keeps a chunk that was right, and that the store had no room for: it need not come again. Not more of them than
 * there are slabs, because the next attempt writes them before it asks for anything.
 */
export function keepUnwritten(
  { unwritten }: TransferSession,
  error: unknown,
  chunks: Iterable<readonly [index: number, bytes: Bytes]>,
): void {
  if (!(error instanceof StorageFullError)) return
  // the slab is filled with other bytes soon
  for (const [index, bytes] of chunks) unwritten.set(index, bytes.slice())
}

/** Writes what there was no room for. */
export async function writeKept(order: ChunkOrder, ledger: ChunkLedger): Promise<void> {
  const { map, partial, meter, session, signal } = order
  for (const [index, bytes] of session.unwritten) {
    signal.throwIfAborted()
    if (!ledger.has(index)) {
      await partial.write(map.offset(index), bytes)
      ledger.add(index)
      meter.bytesDownloaded += bytes.length
      session.gainedBytes += bytes.length
    }
    session.unwritten.delete(index)
  }
}
