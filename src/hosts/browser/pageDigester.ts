import type { PreparedHashes } from '../../adapters/hashWasmHashes.js'
import { createSoftwareHash } from '../../adapters/softwareHash.js'
import { createWebCryptoDigester } from '../../adapters/webCryptoDigester.js'
import { INTEGRITY_ALGORITHMS, type IntegrityAlgorithm } from '../../domain/integrity.js'
import type { Digester } from '../../ports/digester.js'

/** The page's digester. Its fast running digests are a part of the app that is loaded when it is needed. */
export interface PageDigester extends Digester {
  prepare(algorithm: IntegrityAlgorithm): Promise<void>
  /** Loads them for whoever cannot wait. What cannot be loaded is left to the slow ones. */
  prepareAll(): Promise<void>
}

export function createPageDigester(): PageDigester {
  let hashes: PreparedHashes | undefined
  const prepare = async (algorithm: IntegrityAlgorithm): Promise<void> => {
    if (!hashes) {
      const { createHashWasmHashes } = await import('../../adapters/hashWasmHashes.js')
      hashes ??= createHashWasmHashes()
    }
    await hashes.prepare(algorithm)
  }
  return {
    ...createWebCryptoDigester((algorithm) =>
      hashes?.isReady(algorithm) ? hashes.createHash(algorithm) : createSoftwareHash(algorithm),
    ),
    prepare,
    prepareAll: async () => void (await Promise.allSettled(INTEGRITY_ALGORITHMS.map(prepare))),
  }
}
