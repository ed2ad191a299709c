import { RECORD_KINDS } from '../domain/records.js'
import { type DockState, storesOf } from './dockState.js'

/**
 * Removes a bundle that no record names any more: its map first, its bytes after. While somebody uses it the bytes
 * stay; whoever ends the last use calls again, and the next start collects what nobody did.
 */
export async function removeUnneeded(state: DockState, address: string): Promise<void> {
  const { bundles, records, index, epoch } = storesOf(state)
  if (index.addresses().has(address)) return
  const release = await state.host.leases.tryExclusive(address)
  if (!release) return
  try {
    await records.commit([{ key: RECORD_KINDS.chunks + address, value: undefined }], { epoch })
    await bundles.deleteBundle(address)
  } finally {
    release()
  }
}
