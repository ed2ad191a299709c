import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/domain/bytes.js'
import type { IntegrityAlgorithm } from '../../src/domain/integrity.js'
import type { Digester } from '../../src/ports/digester.js'

const ABC = new TextEncoder().encode('abc')

/** FIPS 180-4, of "abc". */
const KNOWN: readonly [IntegrityAlgorithm, string][] = [
  ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['sha384', 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'],
  [
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
]

/** What every {@link Digester} owes, whoever makes it. */
export function describeDigesterContract(name: string, makeSubject: () => Digester | Promise<Digester>): void {
  describe(`${name} as a Digester`, () => {
    it('three bytes -> the SHA-256 of the standard, in memory of its own', async () => {
      const digest = await (await makeSubject()).digest(ABC)
      expect(toHex(digest)).toBe(KNOWN[0]?.[1])
      expect(digest.buffer.byteLength).toBe(32)
    })

    it('no bytes -> the SHA-256 of nothing', async () => {
      const digest = await (await makeSubject()).digest(new Uint8Array(0))
      expect(toHex(digest)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    })

    it('a view into a larger buffer -> only the bytes of the view count', async () => {
      const padded = new TextEncoder().encode('xabcx')
      expect(toHex(await (await makeSubject()).digest(padded.subarray(1, 4)))).toBe(KNOWN[0]?.[1])
    })

    it('several in flight -> each gets its own', async () => {
      const subject = await makeSubject()
      const digests = await Promise.all([ABC, new Uint8Array(0), ABC].map((bytes) => subject.digest(bytes)))
      expect(toHex(digests[0] ?? ABC)).toBe(toHex(digests[2] ?? ABC))
      expect(toHex(digests[1] ?? ABC)).not.toBe(toHex(digests[0] ?? ABC))
    })

    it('the bytes change once the promise settled -> the digest does not', async () => {
      const bytes = ABC.slice()
      const digest = await (await makeSubject()).digest(bytes)
      bytes.fill(0)
      expect(toHex(digest)).toBe(KNOWN[0]?.[1])
    })

    it.each(KNOWN)('%s in pieces -> the digest of the whole', async (algorithm, expected) => {
      const hash = (await makeSubject()).createHash(algorithm)
      for (const byte of ABC) hash.update(Uint8Array.of(byte))
      expect(toHex(hash.digest())).toBe(expected)
    })

    it('a piece changes after update -> the digest does not', async () => {
      const hash = (await makeSubject()).createHash('sha256')
      const piece = ABC.slice()
      hash.update(piece)
      piece.fill(0)
      expect(toHex(hash.digest())).toBe(KNOWN[0]?.[1])
    })
  })
}
