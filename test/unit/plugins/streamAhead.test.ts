import { describe, expect, test } from 'vitest'
import { equalBytes } from '../../../src/domain/bytes.js'
import { type CorruptError, StorageError } from '../../../src/domain/errors/index.js'
import { collect, failureOf, noise, StoredFile, store } from './memoryBundle.js'

const MIB = 1024 * 1024

describe('a stream of several pieces', () => {
  test('its reader reads on -> the next piece is read meanwhile, each once', async () => {
    const bytes = noise(4 * MIB)
    const { bundle, file } = store(bytes)
    const reader = bundle.stream(0, 4 * MIB).getReader()
    await reader.read()
    expect(file.bytesRead).toBe(MIB)
    await reader.read()
    expect(file.bytesRead).toBe(3 * MIB)
    await reader.read()
    const { value } = await reader.read()
    expect(equalBytes(value ?? new Uint8Array(), bytes.slice(3 * MIB))).toBe(true)
    expect(file.reads.map(({ offset }) => offset / MIB)).toEqual([0, 1, 2, 3])
  })

  test('the store fails for the next piece -> this one comes out, and the failure when it is its turn', async () => {
    const { bundle, file } = store(noise(3 * MIB))
    const failure = new StorageError('The disk is gone')
    const reader = bundle.stream(0, 3 * MIB).getReader()
    await reader.read()
    const read = file.read.bind(file)
    file.read = async (offset, length) => {
      if (offset === 2 * MIB) throw failure
      return read(offset, length)
    }
    expect((await reader.read()).value).toHaveLength(MIB)
    expect(await failureOf(reader.read())).toBe(failure)
  })

  test('mended while the next piece was read -> that one is read anew, and nobody mends twice', async () => {
    const bytes = noise(4 * MIB)
    const damages: CorruptError[] = []
    const { bundle, file } = store(bytes, undefined, async (damage) => {
      damages.push(damage)
      return new StoredFile(bytes)
    })
    file.flip(MIB)
    file.flip(2 * MIB)
    expect(equalBytes(await collect(bundle.stream(0, 4 * MIB)), bytes)).toBe(true)
    expect(damages).toHaveLength(1)
  })
})
