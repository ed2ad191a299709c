import { expect, it } from 'vitest'
import { toHex } from '../../src/domain/bytes.js'
import { createPageDigester } from '../../src/hosts/browser/pageDigester.js'
import { seededBytes } from '../../src/testing/index.js'
import { freshName, startEngine } from './engineWorker.js'

it('a big piece while a worker is open -> hashed there, with the same result, and the bytes stay ours', async () => {
  const engine = await startEngine(freshName())
  const digester = createPageDigester()
  const asked: number[] = []
  const stop = digester.delegate((bytes) => {
    asked.push(bytes.length)
    return engine.digest(bytes)
  })
  const big = seededBytes(1_000_000, 'big')
  const there = await digester.digest(big.subarray(0, 500_000))
  await digester.digest(big.subarray(0, 100_000))
  expect(asked).toEqual([500_000])
  stop()
  expect(toHex(await digester.digest(big.subarray(0, 500_000)))).toBe(toHex(there))
  expect(asked).toHaveLength(1)
  expect(big).toHaveLength(1_000_000)
  await engine.close()
})
