import { ChunkMap } from './chunks.js'
import type { DownloadState } from './progress.js'
import { type DownloadRecord, type ManifestRecord, RECORD_KINDS, readRecord } from './records.js'

/** A bundle with chunks that an unfinished download fills. */
export interface OpenBundle {
  readonly partialKey: string
  readonly map: ChunkMap
}

const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

/** Those that the records name: `entries` of downloads and manifests. */
export function openBundlesIn(
  entries: readonly { readonly key: string; readonly value: unknown }[],
): readonly OpenBundle[] {
  const values = new Map(entries.map(({ key, value }) => [key, value]))
  const bundles = new Map<string, OpenBundle>()
  for (const { key, value } of entries) {
    const download = key.startsWith(RECORD_KINDS.download) ? readRecord<DownloadRecord>(value) : undefined
    if (!download?.plan || SETTLED.has(download.state)) continue
    const { partialKey } = download.plan
    const map = mapIn(values.get(RECORD_KINDS.manifest + download.taskId))
    if (map) bundles.set(partialKey, { partialKey, map })
  }
  return [...bundles.values()]
}

/** `undefined` where the manifest names no chunks, or is none: a record may be damaged like everything else on a disk. */
function mapIn(value: unknown): ChunkMap | undefined {
  try {
    const { chunks, size } = readRecord<ManifestRecord>(value)?.manifest.bundle ?? {}
    return chunks && size !== undefined ? ChunkMap.from(size, chunks) : undefined
  } catch {
    return undefined
  }
}
