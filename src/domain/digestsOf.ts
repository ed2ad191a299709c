import type { Bytes } from './bytes.js'
import { DIGEST_LENGTH } from './chunks.js'
import { inParallel } from './inParallel.js'

/** Read and hashed at once, unless a single chunk is longer. */
export const PIECE_BYTES = 1024 * 1024

const DIGESTS_IN_FLIGHT = 4

/** As much of a `BundleReader` as it takes. */
export interface Hashable {
  read(offset: number, length: number, spare?: Bytes): Promise<Bytes>
  digests?(offset: number, lengths: readonly number[]): Promise<Bytes>
}

/** Chunks that lie one behind the other in a bundle. */
export interface AdjacentChunks {
  readonly offset: number
  readonly lengths: readonly number[]
}

/**
 * See `digests` of `BundleReader`; where the reader makes none, they are made here, of a piece of about 1 MiB at a time.
 * `spare`: {@link PIECE_BYTES} of memory, for the pieces that find room there.
 */
export async function digestsOf(
  reader: Hashable,
  digester: { digest(bytes: Bytes): Promise<Bytes> },
  { offset, lengths }: AdjacentChunks,
  spare?: Bytes,
): Promise<Bytes> {
  if (reader.digests) return reader.digests(offset, lengths)
  const digests = new Uint8Array(lengths.length * DIGEST_LENGTH)
  let made = 0
  let at = offset
  while (made < lengths.length) {
    const chunks = nextPiece(lengths, made)
    const length = chunks.reduce((sum, chunk) => sum + chunk, 0)
    const bytes = await reader.read(at, length, length <= PIECE_BYTES ? spare : undefined)
    const whole = cut(bytes, chunks)
    const first = made
    await inParallel(whole.length, DIGESTS_IN_FLIGHT, async (index) => {
      digests.set(await digester.digest(whole[index] ?? bytes), (first + index) * DIGEST_LENGTH)
    })
    made += whole.length
    at += length
    if (whole.length < chunks.length) break
  }
  return digests.subarray(0, made * DIGEST_LENGTH)
}

/** At least one. */
function nextPiece(lengths: readonly number[], first: number): readonly number[] {
  let end = first + 1
  let length = lengths[first] ?? 0
  for (; end < lengths.length; end++) {
    length += lengths[end] ?? 0
    if (length > PIECE_BYTES) break
  }
  return lengths.slice(first, end)
}

/** The chunks that are there to their end. */
function cut(bytes: Bytes, lengths: readonly number[]): Bytes[] {
  const chunks: Bytes[] = []
  let start = 0
  for (const length of lengths) {
    if (start + length > bytes.length) break
    chunks.push(bytes.subarray(start, start + length))
    start += length
  }
  return chunks
}
