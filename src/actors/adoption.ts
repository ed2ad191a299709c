import type { EffectInput } from '../../machines/download.types.js'
import { equalBytes } from '../domain/bytes.js'
import type { ChunkMap } from '../domain/chunks.js'
import type { PluginManifest } from '../domain/manifest.js'
import type { BundleReader } from '../ports/bundleStore.js'
import { resourcesOf } from './attempts.js'
import { type DockState, storesOf } from './dockState.js'

/** A bundle whose map is known, and with it the name that its bytes will have. */
export interface Sealable {
  readonly partialKey: string
  readonly address: string
  readonly map: ChunkMap
  readonly manifest: PluginManifest
}

/**
 * Whether the bytes have their name already, as where a process died between that and the record, or another version has
 * the same: then they are proven where they lie, and not stored a second time, for which there may be no room. To be
 * asked while nobody has the partial open.
 */
export async function adoptSealed(
  state: DockState,
  record: EffectInput['record'],
  bundle: Sealable,
  signal: AbortSignal,
): Promise<boolean> {
  // whoever is about to remove them is done first; whoever comes later finds that they are wanted
  const release = await state.host.leases.share(bundle.address)
  try {
    return await adopt(state, record, bundle, signal)
  } finally {
    release()
  }
}

async function adopt(
  state: DockState,
  record: EffectInput['record'],
  { partialKey, address, map, manifest }: Sealable,
  signal: AbortSignal,
): Promise<boolean> {
  const { bundles, index } = storesOf(state)
  const reader = await bundles.openBundle(address)
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
  const isOfAnother = index.needs(address)
  resources.sealed = { partialKey, address }
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
