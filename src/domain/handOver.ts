import { compareCandidates } from './admission.js'
import type { ChunkMap, ChunkRun } from './chunks.js'

/** A download that moves, as far as somebody else could go on with it. */
export interface OpenDownload {
  readonly title: string
  readonly priority: number
  readonly seq: number
  /** Where its bytes came from last. */
  readonly url: string
  readonly map: ChunkMap
  /** Ordered; each as long as it can be. */
  readonly missing: readonly ChunkRun[]
}

/** One request for whole chunks. */
export interface RunRequest {
  readonly url: string
  readonly run: ChunkRun
}

/** More are never handed over at once. */
export const HAND_OVER_MAX_REQUESTS = 64
/** A request that is not finished when the page is back is lost: so a long run is asked for in parts, but in no smaller ones. */
const PART_BYTES = 2 * 1024 * 1024

/**
 * What to ask for, first things first: whole missing runs by the downloads' priority, of one download the longest if
 * there are too many; then in the order of bytes. What finds no place among the requests is left out.
 */
export function planHandOver(
  downloads: readonly OpenDownload[],
  maxRequests = HAND_OVER_MAX_REQUESTS,
): readonly RunRequest[] {
  const taken: { readonly download: OpenDownload; readonly runs: readonly ChunkRun[] }[] = []
  let left = maxRequests
  for (const download of [...downloads].sort(compareCandidates)) {
    const runs = longest(download.missing, left)
    left -= runs.length
    if (runs.length > 0) taken.push({ download, runs })
  }
  const bytes = taken.reduce((sum, { runs }) => sum + lengthOf(runs), 0)
  const partBytes = left > 0 ? Math.max(PART_BYTES, Math.ceil(bytes / left)) : Number.POSITIVE_INFINITY
  return taken.flatMap(({ download: { url, map }, runs }) =>
    runs.flatMap((run) => partsOf(run, map, partBytes)).map((run) => ({ url, run })),
  )
}

function longest(runs: readonly ChunkRun[], count: number): readonly ChunkRun[] {
  if (runs.length <= count) return runs
  const kept = [...runs].sort((left, right) => right.length - left.length).slice(0, count)
  return kept.sort((left, right) => left.offset - right.offset)
}

function lengthOf(runs: readonly ChunkRun[]): number {
  return runs.reduce((sum, { length }) => sum + length, 0)
}

/** Parts of about the same length, cut between chunks; none is shorter than `partBytes`, but for what chunks cannot give. */
function partsOf(run: ChunkRun, map: ChunkMap, partBytes: number): ChunkRun[] {
  const count = Math.max(1, Math.floor(run.length / partBytes))
  const parts: ChunkRun[] = []
  let first = run.first
  for (let part = 1; part <= count; part++) {
    const end = part === count ? run.last + 1 : map.indexAt(run.offset + Math.floor((run.length * part) / count))
    if (end <= first) continue
    parts.push(map.run(first, end - 1))
    first = end
  }
  return parts
}
