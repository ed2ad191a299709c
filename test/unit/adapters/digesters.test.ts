import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { createSoftwareHash } from '../../../src/adapters/softwareHash.js'
import { createWebCryptoDigester } from '../../../src/adapters/webCryptoDigester.js'
import { toHex } from '../../../src/domain/bytes.js'
import { INTEGRITY_ALGORITHMS } from '../../../src/domain/integrity.js'
import { describeDigesterContract } from '../../contracts/digesterContract.js'

describeDigesterContract('nodeDigester', () => createNodeDigester())
describeDigesterContract('webCryptoDigester with a software hash', () => createWebCryptoDigester(createSoftwareHash))

describe('webCryptoDigester', () => {
  it('no running hash was given -> createHash says unsupported', () => {
    expect(() => createWebCryptoDigester().createHash('sha256')).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})

describe('softwareHash', () => {
  it.each(INTEGRITY_ALGORITHMS)('%s of every length around the block sizes -> what OpenSSL says', (algorithm) => {
    for (let length = 0; length <= 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) % 256)
      const hash = createSoftwareHash(algorithm)
      hash.update(bytes.subarray(0, length >> 1))
      hash.update(bytes.subarray(length >> 1))
      expect(toHex(hash.digest())).toBe(createHash(algorithm).update(bytes).digest('hex'))
    }
  })
})
