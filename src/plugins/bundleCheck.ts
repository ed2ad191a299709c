import { type Bytes, equalBytes } from '../domain/bytes.js'
import { type ChunkMap, type ChunkRun, DIGEST_LENGTH } from '../domain/chunks.js'
import { PIECE_BYTES } from '../domain/digestsOf.js'
import { inParallel } from '../domain/inParallel.js'
import type { BadChunk } from '../domain/plugin.js'
import type { Digester } from '../ports/digester.js'
import { runsOf } from './pieceRuns.js'

const DIGESTS_IN_FLIGHT = 4
/** Asked for at once where only digests come: fewer messages between threads. Progress is told as often. */
const DIGESTED_BYTES = 32 * 1024 * 1024

export interface CheckOptions {
  /** Sees what is stored, in order, good or bad. Bytes that nobody wants to see stay where they are hashed. */
  readonly pass?: ((piece: Bytes) => void) | undefined
  /** Told after each piece, with the bytes so far. */
  readonly onProgress?: ((bytesChecked: number) => void) | undefined
}

export interface BundleCheck {
  readonly chunksChecked: number
  readonly badChunks: readonly BadChunk[]
}

/** A bundle as it lies in the store. What is missing at its end is missing in the answers. */
export interface StoredRuns {
  readonly map: ChunkMap
  readonly digester: Pick<Digester, 'digest'>
  readonly read: (run: ChunkRun) => Promise<Bytes>
  /** One digest behind the other. */
  readonly digests: (run: ChunkRun) => Promise<Bytes>
}

/** Hashes everything. */
export async function checkBundle(stored: StoredRuns, { pass, onProgress }: CheckOptions): Promise<BundleCheck> {
  const { map, digester } = stored
  const badChunks: BadChunk[] = []
  let bytesChecked = 0
  const note = (run: ChunkRun, bad: readonly BadChunk[]): void => {
    badChunks.push(...bad)
    bytesChecked += run.length
    onProgress?.(bytesChecked)
  }
  if (pass) {
    await inTurn(runsOf(map, 0, map.size, PIECE_BYTES), stored.read, async (run, bytes) => {
      const checking = badChunksOf(run, bytes, map, digester)
      pass(bytes)
      note(run, await checking)
    })
  } else {
    await inTurn(runsOf(map, 0, map.size, DIGESTED_BYTES), stored.digests, async (run, digests) =>
      note(run, badDigestsOf(run, digests, map)),
    )
  }
  return { chunksChecked: map.count, badChunks }
}

/** The next one is asked for while one is used. */
async function inTurn<T>(
  runs: readonly ChunkRun[],
  ask: (run: ChunkRun) => Promise<T>,
  use: (run: ChunkRun, answer: T) => Promise<void>,
): Promise<void> {
  let ahead: Promise<T> | undefined
  for (const [at, run] of runs.entries()) {
    const answer = await (ahead ?? ask(run))
    const next = runs[at + 1]
    ahead = next && ask(next)
    // Awaited in the next round; a failure before that must not count as unhandled.
    ahead?.catch(() => {})
    await use(run, answer)
  }
}

/** `bytes` may be fewer than `run` has. */
export async function badChunksOf(
  run: ChunkRun,
  bytes: Bytes,
  map: ChunkMap,
  digester: Pick<Digester, 'digest'>,
): Promise<BadChunk[]> {
  const badChunks: BadChunk[] = []
  await inParallel(run.last - run.first + 1, DIGESTS_IN_FLIGHT, async (at) => {
    const index = run.first + at
    const offset = map.offset(index)
    const length = map.length(index)
    const chunk = bytes.subarray(offset - run.offset, offset - run.offset + length)
    if (!(await matches(chunk, index, map, digester))) badChunks.push({ index, offset, length })
  })
  return badChunks.sort((left, right) => left.index - right.index)
}

async function matches(
  chunk: Bytes,
  index: number,
  map: ChunkMap,
  digester: Pick<Digester, 'digest'>,
): Promise<boolean> {
  if (chunk.length !== map.length(index)) return false
  return equalBytes(await digester.digest(chunk), map.digest(index))
}

function badDigestsOf({ first, last }: ChunkRun, digests: Bytes, map: ChunkMap): BadChunk[] {
  const badChunks: BadChunk[] = []
  for (let index = first; index <= last; index++) {
    const at = (index - first) * DIGEST_LENGTH
    if (equalBytes(digests.subarray(at, at + DIGEST_LENGTH), map.digest(index))) continue
    badChunks.push({ index, offset: map.offset(index), length: map.length(index) })
  }
  return badChunks
}
