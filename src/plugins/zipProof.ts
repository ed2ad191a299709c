import type { Bytes } from '../domain/bytes.js'
import { ArchiveError } from '../domain/errors/index.js'
import { matchesIntegrity, parseIntegrity } from '../domain/integrity.js'
import type { Digester, IncrementalHash } from '../ports/digester.js'
import { crc32 } from './crc32.js'

/** Up to this a file is hashed at once: in browsers running digests are several times slower. */
const AT_ONCE_BYTES = 4 * 1024 * 1024

/** What a file's bytes must prove to be. */
export interface ExpectedFile {
  readonly path: string
  readonly size: number
  /** As the manifest has it. It decides: where it fits, nobody asks for the checksum (fault case A9). */
  readonly integrity: string | undefined
  /** Of the archive's own; absent where it has none. */
  readonly crc?: number | undefined
}

/** Reads `pieces` to their end; they are no more than `size`. Rejects with `ArchiveError` where they are not what was expected. */
export async function proveFile(
  expected: ExpectedFile,
  pieces: AsyncIterable<Uint8Array>,
  digester: Digester,
): Promise<void> {
  if (expected.integrity !== undefined) return proveDigest(expected, expected.integrity, pieces, digester)
  let crc = 0
  for await (const piece of pieces) crc = crc32(piece, crc)
  if (expected.crc !== undefined && crc !== expected.crc) {
    throw fault(expected.path, 'its CRC-32 does not fit its bytes')
  }
}

async function proveDigest(
  { path, size }: ExpectedFile,
  text: string,
  pieces: AsyncIterable<Uint8Array>,
  digester: Digester,
): Promise<void> {
  const integrity = parseIntegrity(text)
  if (!integrity) throw fault(path, 'its integrity in the manifest is none')
  const { algorithm } = integrity
  const isSmall = algorithm === 'sha256' && size <= AT_ONCE_BYTES
  const digest = isSmall
    ? await digester.digest(await gathered(size, pieces))
    : await runningDigest(digester.createHash(algorithm), pieces)
  if (!matchesIntegrity(integrity, digest)) throw fault(path, 'its digest is not the one in the manifest')
}

async function gathered(size: number, pieces: AsyncIterable<Uint8Array>): Promise<Bytes> {
  const bytes = new Uint8Array(size)
  let length = 0
  for await (const piece of pieces) {
    bytes.set(piece, length)
    length += piece.length
  }
  return bytes
}

async function runningDigest(hash: IncrementalHash, pieces: AsyncIterable<Uint8Array>): Promise<Bytes> {
  // A bundle's pieces, packed or not, are never shared memory.
  for await (const piece of pieces) hash.update(piece as Bytes)
  return hash.digest()
}

function fault(path: string, reason: string): ArchiveError {
  return new ArchiveError(`The archive is refused because of ${JSON.stringify(path)}: ${reason}`, { path })
}
