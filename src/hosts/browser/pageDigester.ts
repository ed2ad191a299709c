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
  /** Has big pieces hashed elsewhere, until the returned function is called. */
  delegate(digest: Digester['digest']): () => void
}

/** A digest blocks its thread for as long as it takes: for less than this, copying to another thread takes as long. */
const DELEGATED_BYTES = 256 * 1024

/** All docks of a page share them: each takes a piece of the address space, of which a process has room for a hundred. */
let ofThisPage: Promise<PreparedHashes> | undefined

function loadHashes(): Promise<PreparedHashes> {
  ofThisPage ??= import('../../adapters/hashWasmHashes.js').then(
    ({ createHashWasmHashes }) => createHashWasmHashes(),
    (error: unknown) => {
      ofThisPage = undefined
      throw error
    },
  )
  return ofThisPage
}

export function createPageDigester(): PageDigester {
  let hashes: PreparedHashes | undefined
  let elsewhere: Digester['digest'] | undefined
  const own = createWebCryptoDigester((algorithm) =>
    hashes?.isReady(algorithm) ? hashes.createHash(algorithm) : createSoftwareHash(algorithm),
  )
  const prepare = async (algorithm: IntegrityAlgorithm): Promise<void> => {
    hashes ??= await loadHashes()
    await hashes.prepare(algorithm)
  }
  return {
    ...own,
    digest: (bytes) => (bytes.length > DELEGATED_BYTES ? (elsewhere ?? own.digest) : own.digest)(bytes),
    prepare,
    prepareAll: async () => void (await Promise.allSettled(INTEGRITY_ALGORITHMS.map(prepare))),
    delegate(digest) {
      elsewhere = digest
      return () => {
        if (elsewhere === digest) elsewhere = undefined
      }
    },
  }
}
