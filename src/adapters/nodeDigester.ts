import { createHash } from 'node:crypto'
import type { Bytes } from '../domain/bytes.js'
import type { IntegrityAlgorithm } from '../domain/integrity.js'
import type { Digester, IncrementalHash } from '../ports/digester.js'

/**
 * OpenSSL on the calling thread. With pieces of 128 KiB that is as fast as four `subtle.digest` on the thread pool
 * (about 1,600 MiB/s each) for two thirds of the processor time, and twice as fast as one (Node 20, SHA-NI).
 */
export function createNodeDigester(): Digester {
  return {
    digest: async (bytes) => digestOf('sha256', bytes),
    createHash: startHash,
    wholeDigestIsCheap: true,
  }
}

function digestOf(algorithm: IntegrityAlgorithm, bytes: Bytes): Bytes {
  return ownBytes(createHash(algorithm).update(bytes).digest())
}

function startHash(algorithm: IntegrityAlgorithm): IncrementalHash {
  const hash = createHash(algorithm)
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => ownBytes(hash.digest()),
  }
}

/** A Buffer may be a view of a shared pool. */
function ownBytes(buffer: Buffer): Bytes {
  return new Uint8Array(buffer)
}
