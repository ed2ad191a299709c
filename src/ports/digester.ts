import type { Bytes } from '../domain/bytes.js'
import type { IntegrityAlgorithm } from '../domain/integrity.js'

/** Hashes. An adapter never copies what it is given and is done with it when the promise settles. */
export interface Digester {
  /** SHA-256 of one chunk, 32 bytes. */
  digest(bytes: Bytes): Promise<Bytes>
  /** A running digest over bytes that come in pieces. */
  createHash(algorithm: IntegrityAlgorithm): IncrementalHash
  /** Whether hashing a whole bundle a second time, beside its chunks, costs little. */
  readonly wholeDigestIsCheap: boolean
}

export interface IncrementalHash {
  update(bytes: Bytes): void
  digest(): Bytes
}
