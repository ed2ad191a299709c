import { expect, it } from 'vitest'
import { toHex } from '../../src/domain/bytes.js'
import { digestEach, HASHING_WORKER, HashingWorker } from '../../src/hosts/browser/hashingWorker.js'

const MIB = 1024 * 1024
const LENGTHS = new Array<number>(8).fill(MIB / 8)

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

it("the engine's script under the name of a hashing worker -> it hashes, and nobody hashes here", async () => {
  const url = new URL('../../src/hosts/browser/engine.worker.ts', import.meta.url)
  const worker = new Worker(url, { type: 'module', name: HASHING_WORKER })
  let hashedHere = 0
  const hashing = new HashingWorker(
    () => worker,
    (bytes) => {
      hashedHere++
      return sha256(bytes)
    },
  )
  await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }))
  const bytes = new Uint8Array(MIB).map((_, at) => at % 251)
  const answers = await Promise.all([1, 2, 3].map(() => hashing.digestAll(bytes, LENGTHS)))
  const expected = (await digestEach(bytes, LENGTHS, sha256)).map(toHex)
  expect(answers.map((digests) => digests.map(toHex))).toEqual([expected, expected, expected])
  expect(hashedHere).toBe(0)
  hashing.end()
})
