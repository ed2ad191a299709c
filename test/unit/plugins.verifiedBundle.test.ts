import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes } from '../../src/domain/bytes.js'
import { digestsOf } from '../../src/domain/digestsOf.js'
import { ArchiveError, ClosedError, CorruptError, StorageError } from '../../src/domain/errors/index.js'
import { collect, failureOf, noise, pending, StoredFile, store } from './plugins/memoryBundle.js'

const KIB = 1024
const MIB = 1024 * KIB

const bundles = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })

describe('read', () => {
  test('any range -> the same bytes as the file has', async () => {
    const ranges = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(bundles, fc.boolean(), ranges, async (lengths, isEven, reads) => {
        const bytes = noise(lengths.reduce((sum, length) => sum + length, 0))
        const { bundle } = store(bytes, isEven ? (lengths[0] ?? 1) : lengths)
        for (const [from, to] of reads) {
          const offset = from % (bytes.length + 1)
          const length = to % (bytes.length - offset + 1)
          expect(await bundle.read(offset, length)).toEqual(bytes.slice(offset, offset + length))
          expect(await collect(bundle.stream(offset, length))).toEqual(bytes.slice(offset, offset + length))
        }
      }),
    )
  })

  test('S22 any byte flipped -> never a wrong byte comes out', async () => {
    await fc.assert(
      fc.asyncProperty(bundles, fc.nat(), fc.nat(), fc.nat(), async (lengths, flipped, from, to) => {
        const bytes = noise(lengths.reduce((sum, length) => sum + length, 0))
        const { bundle, file } = store(bytes, lengths)
        file.flip(flipped % bytes.length)
        const offset = from % (bytes.length + 1)
        const length = to % (bytes.length - offset + 1)
        const read = await bundle.read(offset, length).catch((error: unknown) => error)
        if (read instanceof CorruptError) expect(read.badChunks).toHaveLength(1)
        else expect(read).toEqual(bytes.slice(offset, offset + length))
      }),
    )
  })

  test('what is handed out is not what is kept', async () => {
    const bytes = noise(4 * KIB)
    const { bundle } = store(bytes, KIB)
    for (const length of [10, KIB, 3 * KIB]) (await bundle.read(0, length)).fill(0)
    expect(await bundle.read(0, 4 * KIB)).toEqual(bytes)
  })

  test('neighbouring small reads -> each chunk is read and hashed once', async () => {
    const { bundle, file, digester } = store(noise(4 * KIB), KIB)
    for (let at = 0; at < 2 * KIB; at += 100) await bundle.read(at, 100)
    expect(file.reads).toHaveLength(3)
    expect(digester.digests).toBe(3)
  })

  test('a long read -> pieces of at most 1 MiB, four digests at once', async () => {
    const bytes = noise(3 * MIB)
    const { bundle, file, digester } = store(bytes)
    expect(equalBytes(await bundle.read(0, bytes.length), bytes)).toBe(true)
    expect(file.reads.map(({ length }) => length)).toEqual([MIB, MIB, MIB])
    expect(digester.mostUnderWay).toBe(4)
  })

  test('a chunk longer than a piece -> read whole', async () => {
    const bytes = noise(3 * MIB)
    const { bundle, file } = store(bytes, [2 * MIB, MIB])
    expect(await bundle.read(2 * MIB - 1, 2)).toEqual(bytes.slice(2 * MIB - 1, 2 * MIB + 1))
    expect(file.reads.map(({ length }) => length)).toEqual([2 * MIB, MIB])
  })

  test('memory kept -> 1 MiB of chunks at most', async () => {
    const { bundle, digester } = store(noise(4 * MIB))
    for (let at = 0; at < 32; at++) await bundle.read(at * 128 * KIB, 1)
    await bundle.read(31 * 128 * KIB, 1)
    expect(digester.digests).toBe(32)
    await bundle.read(0, 1)
    expect(digester.digests).toBe(33)
  })

  test('a range outside of the bundle -> archive', async () => {
    const { bundle } = store(noise(100), 10)
    for (const [offset, length] of [
      [-1, 5],
      [96, 5],
      [0, 101],
      [0.5, 1],
      [Number.NaN, 1],
      [2 ** 60, 1],
    ] as const) {
      expect(await failureOf(bundle.read(offset, length))).toBeInstanceOf(ArchiveError)
    }
    expect(await bundle.read(100, 0)).toHaveLength(0)
  })

  test('an empty bundle -> no bytes, and it verifies', async () => {
    const { bundle } = store(new Uint8Array(), 10)
    expect(await bundle.read(0, 0)).toHaveLength(0)
    expect(await bundle.verify()).toEqual({ chunksChecked: 0, badChunks: [] })
  })
})

describe('L1 the stored file is not what was installed', () => {
  test('tampered -> corrupt, with plugin, version, range and chunk', async () => {
    const { bundle, file } = store(noise(4 * KIB), KIB)
    file.flip(KIB + 7)
    expect(await failureOf(bundle.read(KIB, 10))).toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/acme\.charts 2\.1\.0.*bytes 1024 to 2047/),
      pluginId: 'acme.charts',
      version: '2.1.0',
      badChunks: [{ index: 1, offset: KIB, length: KIB }],
    })
    expect(await bundle.read(0, KIB)).toHaveLength(KIB)
  })

  test('cut at any byte -> corrupt', async () => {
    const bytes = noise(100)
    for (let size = 0; size < bytes.length; size++) {
      const { bundle, file } = store(bytes, 16)
      file.bytes = bytes.slice(0, size)
      expect(await failureOf(bundle.read(0, 100))).toBeInstanceOf(CorruptError)
      for (const pass of [undefined, () => {}]) {
        expect((await bundle.verify({ pass })).badChunks.length).toBe(7 - Math.floor(size / 16))
      }
    }
  })

  test('changed after it was hashed -> what comes out is what was hashed', async () => {
    const bytes = noise(4 * KIB)
    const { bundle, file } = store(bytes, KIB)
    await bundle.read(0, 10)
    file.flip(500)
    expect(await bundle.read(0, KIB)).toEqual(bytes.slice(0, KIB))
  })

  test('many bad chunks -> the message stays short', async () => {
    const { bundle, file } = store(noise(1000), 10)
    file.bytes = new Uint8Array(1000)
    const error = await failureOf(bundle.read(0, 1000))
    expect(error).toMatchObject({ badChunks: { length: 100 }, message: expect.stringContaining('and 97 more chunks') })
  })

  test('the store cannot read -> its own error', async () => {
    const { bundle, file } = store(noise(1000), 10)
    file.failure = new StorageError('the disk is gone')
    expect(await failureOf(bundle.read(0, 10))).toBe(file.failure)
    expect(await failureOf(bundle.verify())).toBe(file.failure)
    expect(await failureOf(collect(bundle.stream(0, 10)))).toBe(file.failure)
  })
})

describe('stream', () => {
  test('nobody reads -> nothing is read; each read -> one piece', async () => {
    const { bundle, file } = store(noise(4 * MIB))
    const reader = bundle.stream(0, 4 * MIB).getReader()
    expect(file.bytesRead).toBe(0)
    await reader.read()
    expect(file.bytesRead).toBe(MIB)
    await reader.cancel()
    expect(file.bytesRead).toBe(MIB)
  })

  test('a bad chunk -> everything before its piece, then corrupt', async () => {
    const bytes = noise(3 * MIB)
    const { bundle, file } = store(bytes)
    file.flip(2 * MIB + 5)
    const reader = bundle.stream(0, 3 * MIB).getReader()
    for (const at of [0, MIB]) {
      const { value } = await reader.read()
      expect(equalBytes(value ?? new Uint8Array(), bytes.slice(at, at + MIB))).toBe(true)
    }
    expect(await failureOf(reader.read())).toBeInstanceOf(CorruptError)
  })

  test('pieces may be transferred -> later ones are whole', async () => {
    const bytes = noise(2 * MIB + 10)
    const pieces: Uint8Array[] = []
    for await (const piece of store(bytes).bundle.stream(5, 2 * MIB)) {
      pieces.push(structuredClone(piece, { transfer: [piece.buffer] }))
    }
    expect(Buffer.concat(pieces).equals(bytes.subarray(5, 5 + 2 * MIB))).toBe(true)
  })
})

describe.each(['digests', 'bytes'] as const)('verify, of which %s are asked for', (asked) => {
  const options = asked === 'bytes' ? { pass: () => {} } : {}

  test('a sound bundle -> every chunk, in reads of 1 MiB', async () => {
    const { bundle, file } = store(noise(3 * MIB + 1))
    expect(await bundle.verify(options)).toEqual({ chunksChecked: 25, badChunks: [] })
    expect(file.reads).toHaveLength(4)
  })

  test('bad chunks -> listed in order, not thrown', async () => {
    const { bundle, file } = store(noise(3 * MIB), 100 * KIB)
    for (const at of [3 * MIB - 1, 0, 250 * KIB]) file.flip(at)
    const { badChunks } = await bundle.verify(options)
    expect(badChunks.map(({ index }) => index)).toEqual([0, 2, 30])
  })

  test('the file is cut -> what is missing is bad, and progress goes to the end', async () => {
    const { bundle, file } = store(noise(40 * MIB), MIB)
    file.bytes = file.bytes.slice(0, 33 * MIB + 5)
    const told: number[] = []
    const { badChunks } = await bundle.verify({ ...options, onProgress: (bytes) => told.push(bytes) })
    expect(badChunks.map(({ index }) => index)).toEqual([33, 34, 35, 36, 37, 38, 39])
    expect(told).toEqual([...told].sort((left, right) => left - right))
    expect(told.at(-1)).toBe(40 * MIB)
  })
})

describe('verify', () => {
  test('bytes are asked for -> all that are stored, in order, good or bad', async () => {
    const { bundle, file } = store(noise(2 * MIB + 1))
    file.flip(5)
    const pieces: Uint8Array[] = []
    await bundle.verify({ pass: (piece) => pieces.push(piece) })
    expect(Buffer.concat(pieces).equals(file.bytes)).toBe(true)
  })

  test('the reader hashes by itself -> no byte is read here', async () => {
    const { bundle, file, digester } = store(noise(40 * MIB), MIB)
    file.flip(34 * MIB)
    const closer = new StoredFile(file.bytes)
    Object.assign(file, {
      digests: (offset: number, lengths: readonly number[]) => digestsOf(closer, digester, { offset, lengths }),
    })
    expect(await bundle.verify()).toEqual({
      chunksChecked: 40,
      badChunks: [{ index: 34, offset: 34 * MIB, length: MIB }],
    })
    expect(file.reads).toEqual([])
  })
})

describe('close', () => {
  test('twice -> the file is closed once, and everything else is closed', async () => {
    const { bundle, file } = store(noise(100), 10)
    const stream = bundle.stream(0, 100)
    await Promise.all([bundle.close(), bundle.close()])
    expect(file.closed).toBe(1)
    for (const error of await Promise.all(
      [bundle.read(0, 1), bundle.verify(), collect(stream), collect(bundle.stream(0, 1))].map(failureOf),
    )) {
      expect(error).toBeInstanceOf(ClosedError)
    }
  })

  test('during a read -> the file stays open until the store has answered, and the read is closed', async () => {
    const { bundle, file } = store(noise(100), 10)
    const { promise, finish } = pending()
    file.gate = promise
    const read = failureOf(bundle.read(0, 100))
    const closed = bundle.close()
    await new Promise(setImmediate)
    expect(file.closed).toBe(0)
    finish()
    await closed
    expect(file.closed).toBe(1)
    expect(await read).toBeInstanceOf(ClosedError)
  })
})

describe('somebody mends what is damaged', () => {
  const bytes = noise(4 * KIB)

  /** A bundle with one bad chunk, and a mender that gives another file. */
  function damaged(mended: StoredFile = new StoredFile(bytes)) {
    const asked: CorruptError[] = []
    const gate = pending()
    const stored = store(bytes, KIB, async (damage) => {
      asked.push(damage)
      await gate.promise
      return mended
    })
    stored.file.flip(KIB + 7)
    return { ...stored, mended, asked, finish: gate.finish }
  }

  test('several reads and a stream at once -> asked once; all get the right bytes, and the bad file is closed', async () => {
    const { bundle, file, mended, asked, finish } = damaged()
    const reads = [bundle.read(0, 4 * KIB), bundle.read(KIB, 10), collect(bundle.stream(KIB, 2 * KIB))]
    finish()
    expect(await Promise.all(reads)).toEqual([bytes, bytes.slice(KIB, KIB + 10), bytes.slice(KIB, 3 * KIB)])
    expect(asked).toMatchObject([{ code: 'corrupt', badChunks: [{ index: 1 }] }])
    expect(file.closed).toBe(1)
    await bundle.close()
    expect(mended.closed).toBe(1)
  })

  test('it cannot be mended -> what the mender said; the next read asks again', async () => {
    let asked = 0
    const { bundle, file } = store(bytes, KIB, async (damage) => {
      asked++
      throw damage
    })
    file.flip(0)
    expect(await failureOf(bundle.read(0, 1))).toBeInstanceOf(CorruptError)
    expect(await failureOf(bundle.read(0, 1))).toBeInstanceOf(CorruptError)
    expect(asked).toBe(2)
    expect(await bundle.read(2 * KIB, KIB)).toEqual(bytes.slice(2 * KIB, 3 * KIB))
  })

  test('what was mended is damaged again at once -> tried again once, then corrupt', async () => {
    const bad = new StoredFile(bytes)
    bad.flip(KIB)
    let asked = 0
    const { bundle, file } = store(bytes, KIB, async () => {
      asked++
      if (asked > 2) throw new ClosedError('asked a third time')
      return asked === 1 ? new StoredFile(bad.bytes) : bad
    })
    file.flip(KIB)
    expect(await failureOf(bundle.read(KIB, 1))).toBeInstanceOf(CorruptError)
    expect(asked).toBe(2)
  })

  test('verify -> asks nobody', async () => {
    const { bundle, asked } = damaged()
    expect(await bundle.verify()).toMatchObject({ badChunks: [{ index: 1 }] })
    expect(asked).toEqual([])
  })

  test('the disk cannot read it -> mended too, and told why', async () => {
    const { bundle, file, asked, finish } = damaged()
    file.failure = new StorageError('a bad sector')
    finish()
    expect(await bundle.read(0, KIB)).toEqual(bytes.slice(0, KIB))
    expect(asked[0]?.cause).toBe(file.failure)
  })

  test('closed meanwhile -> closed, and neither file stays open', async () => {
    const { bundle, file, mended, finish } = damaged()
    const reading = failureOf(bundle.read(KIB, 10))
    await new Promise((resolve) => setImmediate(resolve))
    await bundle.close()
    finish()
    expect(await reading).toBeInstanceOf(ClosedError)
    expect([file.closed, mended.closed]).toEqual([1, 1])
  })
})
