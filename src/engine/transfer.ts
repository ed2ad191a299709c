import type { ChunkMap } from '../domain/chunks.js'
import { transferChunks } from './transferChunks.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'
import { transferWhole } from './transferWhole.js'

/**
 * Fills `order.partial` until every byte of the bundle is there and proven, and returns its chunk map. Rejects with
 * a typed error, or `signal.reason`; what was verified by then stays written and is found again by hashing it.
 */
export async function transfer(order: TransferOrder, ports: TransferPorts): Promise<ChunkMap> {
  const { map } = order
  return map ? transferChunks({ ...order, map }, ports) : transferWhole(order, ports)
}
