import type { ChunkMap } from '../domain/chunks.js'
import type { PluginManifest } from '../domain/manifest.js'
import { inspectArchive } from '../plugins/archive.js'
import { createVerifiedBundle } from '../plugins/verifiedBundle.js'
import type { BundleReader } from '../ports/bundleStore.js'
import type { Host } from '../ports/host.js'

/** Refuses a bundle that is no archive plugdock accepts. `signal` ends it. */
export async function inspectBundle(
  { digester }: Host,
  bytes: Pick<BundleReader, 'size' | 'read'>,
  map: ChunkMap,
  manifest: PluginManifest,
  signal: AbortSignal,
): Promise<void> {
  const { id: pluginId, version, entry, files } = manifest
  const { format, integrity } = manifest.bundle
  // the caller closes what they lie in
  const reader = { size: bytes.size, read: bytes.read.bind(bytes), close: async () => {} }
  const bundle = createVerifiedBundle({ reader, map, digester, pluginId, version })
  const end = () => void bundle.close()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  try {
    await inspectArchive(bundle, { format, entry, files, integrity }, digester)
  } finally {
    signal.removeEventListener('abort', end)
    await bundle.close()
  }
}
