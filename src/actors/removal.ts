import { RECORD_KINDS } from '../domain/records.js'
import { type DockState, storesOf } from './dockState.js'
import { wholly } from './wholeWork.js'

/**
 * Removes a bundle that no record names any more: its records first, its bytes after. While somebody uses it the bytes
 * stay; whoever ends the last use calls again. Never fails: the next start collects what could not be removed.
 */
export function removeUnneeded(state: DockState, address: string): Promise<void> {
  return wholly(state, async () => {
    try {
      if (isNeeded(state, address)) return
      const release = await state.host.leases.tryExclusive(address)
      if (release) await removeHeld(state, address).finally(release)
    } catch {
      // as a file that is open elsewhere, or a store that is closed by now
    }
  })
}

/** The same for who holds it exclusively. Rejects where it cannot be removed now. */
export async function removeHeld(state: DockState, address: string): Promise<void> {
  // whoever installs it holds it until its record is written: now it has one, or nobody is at it
  if (isNeeded(state, address)) return
  const { bundles, records, epoch } = storesOf(state)
  const gone = [RECORD_KINDS.chunks, RECORD_KINDS.source].map((kind) => ({ key: kind + address, value: undefined }))
  await records.commit(gone, { epoch })
  await bundles.deleteBundle(address)
  await bundles.deletePartial(repairKeyOf(address))
  state.space.freed()
}

/** Name of the partial in which a damaged bundle is rebuilt. */
export function repairKeyOf(address: string): string {
  return `repair-${address}`
}

function isNeeded(state: DockState, address: string): boolean {
  return storesOf(state).index.needs(address) || sealedAddresses(state).has(address)
}

/** Bundles that downloads have ready, and whose records are about to be written. */
export function sealedAddresses({ tasks }: DockState): ReadonlySet<string> {
  const addresses = new Set<string>()
  for (const { sealed } of tasks.values()) if (sealed) addresses.add(sealed.address)
  return addresses
}
