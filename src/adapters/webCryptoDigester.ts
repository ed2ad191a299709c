import type { Bytes } from '../domain/bytes.js'
import { UnsupportedError } from '../domain/errors/index.js'
import type { Digester } from '../ports/digester.js'

/**
 * SHA-256 by WebCrypto. It has no running digest: `createHash` asks `runningHash` for one, and without it rejects
 * with {@link UnsupportedError}.
 */
export function createWebCryptoDigester(runningHash?: Digester['createHash']): Digester {
  const { subtle } = globalThis.crypto
  return {
    digest: async (bytes) => digestOf(subtle, bytes),
    createHash(algorithm) {
      if (runningHash) return runningHash(algorithm)
      throw new UnsupportedError('This host has no running digest')
    },
    wholeDigestIsCheap: false,
  }
}

async function digestOf(subtle: SubtleCrypto, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}
