import type { Bytes } from '../domain/bytes.js'
import { ArchiveError } from '../domain/errors/index.js'
import { matchesIntegrity, parseIntegrity } from '../domain/integrity.js'
import type { Digester } from '../ports/digester.js'
import { crc32 } from './crc32.js'

/** What a file's bytes must prove to be. */
export interface ExpectedFile {
  readonly path: string
  /** As the manifest has it. It decides: where it fits, nobody asks for the checksum (fault case A9). */
  readonly integrity: string | undefined
  /** Of the archive's own; absent where it has none. */
  readonly crc?: number | undefined
}

/** Reads `pieces` to their end. Rejects with `ArchiveError` where they are not what was expected. */
export async function proveFile(
  { path, integrity, crc }: ExpectedFile,
  pieces: AsyncIterable<Uint8Array>,
  digester: Digester,
): Promise<void> {
  if (integrity !== undefined) return proveDigest(path, integrity, pieces, digester)
  let actual = 0
  for await (const piece of pieces) actual = crc32(piece, actual)
  if (crc !== undefined && actual !== crc) throw fault(path, 'its CRC-32 does not fit its bytes')
}

async function proveDigest(
  path: string,
  text: string,
  pieces: AsyncIterable<Uint8Array>,
  digester: Digester,
): Promise<void> {
  const integrity = parseIntegrity(text)
  if (!integrity) throw fault(path, 'its integrity in the manifest is none')
  const hash = digester.createHash(integrity.algorithm)
  // A bundle's pieces, packed or not, are never shared memory.
  for await (const piece of pieces) hash.update(piece as Bytes)
  if (!matchesIntegrity(integrity, hash.digest())) throw fault(path, 'its digest is not the one in the manifest')
}

function fault(path: string, reason: string): ArchiveError {
  return new ArchiveError(`The archive is refused because of ${JSON.stringify(path)}: ${reason}`, { path })
}
