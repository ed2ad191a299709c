import type { OrphanFile } from '../domain/eviction.js'
import type { DownloadState } from '../domain/progress.js'
import { type DownloadRecord, RECORD_KINDS } from '../domain/records.js'
import type { StoreEntry } from '../ports/bundleStore.js'
import { type DockState, storesOf } from './dockState.js'
import { exclusively } from './partials.js'
import { readKind } from './recordKinds.js'
import { removeHeld, repairKeyOf, sealedAddresses } from './removal.js'
import { wholly } from './wholeWork.js'

const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

/** Bytes that no record names and nobody is at. None where a newer release has written what this one cannot read. */
export async function findOrphans(
  state: DockState,
  entries: readonly StoreEntry[],
  leased: ReadonlySet<string>,
): Promise<readonly OrphanFile[]> {
  const { isUnderstood } = storesOf(state)
  if (!isUnderstood) return []
  const named = await namesInUse(state)
  return entries.filter(isOwn).filter(({ name }) => !named.has(name) && !leased.has(name))
}

/** Removes one, unless somebody has come to need it. */
export async function removeOrphan(state: DockState, { kind, name }: OrphanFile): Promise<boolean> {
  if (kind === 'partial') return removeOrphanPartial(state, name)
  const release = await state.host.leases.tryExclusive(name)
  if (!release) return false
  const remove = async (): Promise<boolean> => {
    if ((await namesInUse(state)).has(name)) return false
    await removeHeld(state, name)
    return true
  }
  return (
    wholly(state, remove)
      // as a file that is open elsewhere: the next to look finds it again
      .catch(() => false)
      .finally(release)
  )
}

/** Those that could be removed. */
export async function removeOrphans(state: DockState, orphans: readonly OrphanFile[]): Promise<readonly OrphanFile[]> {
  const gone: OrphanFile[] = []
  for (const orphan of orphans) if (await removeOrphan(state, orphan)) gone.push(orphan)
  return gone
}

function removeOrphanPartial(state: DockState, key: string): Promise<boolean> {
  return exclusively(state, key, async () => {
    if ((await namesInUse(state)).has(key)) return false
    const { bundles, records, epoch } = storesOf(state)
    await records.commit([{ key: RECORD_KINDS.partial + key, value: undefined }], { epoch })
    await bundles.deletePartial(key)
    state.space.freed()
    return true
  }).catch(() => false)
}

function isOwn(entry: StoreEntry): entry is StoreEntry & OrphanFile {
  return entry.kind !== 'unknown'
}

/** Installed bundles, and what unfinished downloads and repairs are filling, or have just filled. */
async function namesInUse(state: DockState): Promise<ReadonlySet<string>> {
  const { index } = storesOf(state)
  const names = new Set<string>(index.addresses())
  for (const { state: now, plan } of await downloadsOf(state)) if (plan && !SETTLED.has(now)) names.add(plan.partialKey)
  for (const address of sealedAddresses(state)) names.add(address)
  for (const address of state.repairs.keys()) names.add(repairKeyOf(address))
  return names
}

/** A page that follows may not have been told of all of them yet: the records have them. */
async function downloadsOf({ journal, opened }: DockState): Promise<readonly DownloadRecord[]> {
  if (opened?.role !== 'follower') return [...journal.views.values()].map(({ record }) => record)
  return readKind<DownloadRecord>(await opened.records.list(RECORD_KINDS.download), RECORD_KINDS.download)
}
