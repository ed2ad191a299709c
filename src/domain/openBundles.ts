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
    const kept = readRecord<ManifestRecord>(values.get(RECORD_KINDS.manifest + download.taskId))
    const { chunks, size } = kept?.manifest.bundle ?? {}
    if (chunks && size !== undefined) bundles.set(partialKey, { partialKey, map: ChunkMap.from(size, chunks) })
  }
  return [...bundles.values()]
}
