import { toHex } from '../domain/bytes.js'
import { ChunkMap } from '../domain/chunks.js'
import type { PluginManifest } from '../domain/manifest.js'
import type { DownloadPlan } from '../domain/records.js'
import { chunkMapOf } from './bundlePlan.js'
import type { DockState } from './dockState.js'
import { donorsOf } from './transferActor.js'

/** The plan with what installed versions of the plugin seem to have of it. */
export async function withReusable(
  state: DockState,
  plan: DownloadPlan,
  manifest: PluginManifest,
): Promise<DownloadPlan> {
  // what cannot be looked up now is found, or not, when the bytes are
  const bytesReusable = await storedBytes(state, manifest).catch(() => 0)
  return bytesReusable > 0 ? { ...plan, bytesReusable } : plan
}

/** Bytes of chunks that an installed version of the plugin has. */
export async function storedBytes(state: DockState, manifest: PluginManifest): Promise<number> {
  const map = chunkMapOf(manifest)
  if (!map) return 0
  const known = new Set<string>()
  for (const { size, chunks } of await donorsOf(state, manifest.id)) {
    for (const name of chunkNames(ChunkMap.from(size, chunks))) known.add(name)
  }
  if (known.size === 0) return 0
  return chunkNames(map).reduce((sum, name, index) => sum + (known.has(name) ? map.length(index) : 0), 0)
}

function chunkNames(map: ChunkMap): string[] {
  return Array.from({ length: map.count }, (_, index) => `${toHex(map.digest(index))} ${map.length(index)}`)
}
