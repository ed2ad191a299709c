import type { Bytes } from '../domain/bytes.js'
import type { Digester } from '../ports/digester.js'
import { createSoftwareHash } from './softwareHash.js'

/** What is asked of `expo-crypto`. */
export interface ExpoCryptoModule {
  digest(algorithm: string, data: Bytes): Promise<ArrayBuffer>
}

/**
 * Chunks are hashed by the system, outside of JavaScript. Hermes has neither WebCrypto nor WebAssembly, so the running
 * digest of a bundle without chunks is plain JavaScript: a few MiB/s at best.
 */
export function createExpoDigester(crypto: ExpoCryptoModule): Digester {
  return {
    digest: async (bytes) => new Uint8Array(await crypto.digest('SHA-256', bytes)),
    createHash: createSoftwareHash,
    wholeDigestIsCheap: false,
  }
}
