import type { EffectInput } from '../../machines/download.types.js'
import { equalBytes } from '../domain/bytes.js'
import type { ChunkMap } from '../domain/chunks.js'
import type { DownloadPlan, ManifestRecord } from '../domain/records.js'
import type { BundleReader } from '../ports/bundleStore.js'
import { resourcesOf } from './attempts.js'
import { chunkMapOf } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'

/**
 * Whether the bytes have their name already, as where a process died between that and the record, or another version has
 * the same: then they are proven where they lie, and not stored a second time, for which there may be no room.
 */
export async function adoptSealed(
  state: DockState,
  record: EffectInput['record'],
  { plan: { partialKey }, kept: { manifest } }: { readonly plan: DownloadPlan; readonly kept: ManifestRecord },
  signal: AbortSignal,
): Promise<boolean> {
  const map = chunkMapOf(manifest)
  if (!map) return false
  const { bundles, index } = storesOf(state)
  const reader = await bundles.openBundle(partialKey)
  if (!reader) return false
  try {
    if (!(await isWhole(state, reader, map, signal))) return false
    await state.inspectBundle(reader, map, manifest, signal)
  } catch {
    // the usual way finds out what is wrong with them
    return false
  } finally {
    await reader.close()
  }
  await bundles.deletePartial(partialKey)
  const resources = resourcesOf(state, record)
  const isOfAnother = index.needs(partialKey)
  resources.sealed = { partialKey, address: partialKey }
  resources.meter.bytesDownloaded = map.size
  if (isOfAnother) resources.meter.bytesReused = map.size
  return true
}

async function isWhole(
  { host: { digester } }: DockState,
  reader: BundleReader,
  map: ChunkMap,
  signal: AbortSignal,
): Promise<boolean> {
  if (reader.size !== map.size) return false
  for (let index = 0; index < map.count; index++) {
    const { offset, length } = map.run(index, index)
    const bytes = await reader.read(offset, length)
    if (signal.aborted || !equalBytes(await digester.digest(bytes), map.digest(index))) return false
  }
  return true
}
