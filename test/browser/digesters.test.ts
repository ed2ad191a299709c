import { createHashWasmHashes } from '../../src/adapters/hashWasmHashes.js'
import { createWebCryptoDigester } from '../../src/adapters/webCryptoDigester.js'
import { INTEGRITY_ALGORITHMS } from '../../src/domain/integrity.js'
import { createPageDigester } from '../../src/hosts/browser/pageDigester.js'
import { describeDigesterContract } from '../contracts/digesterContract.js'

describeDigesterContract('WebCrypto with hash-wasm', async () => {
  const hashes = createHashWasmHashes()
  await Promise.all(INTEGRITY_ALGORITHMS.map(hashes.prepare))
  return createWebCryptoDigester(hashes.createHash)
})

describeDigesterContract("the page's digester before anything was made ready", createPageDigester)
