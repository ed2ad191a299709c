import { createHash } from 'node:crypto'
import { constants, deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openArchive } from '../../../src/plugins/archive.js'
import { collect, failureOf, noise, store } from '../plugins/memoryBundle.js'
import { type OddEntry, oddZip, packed } from '../plugins/zips.js'
import { ENTRY, installed, refusalOf, zipWith } from './archives.js'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
/** What a byte of deflate can become at most. */
const MOST_GROWTH = 1032

/** What went into inflaters, and what came out of them. */
const inflated = { bytesIn: 0, bytesOut: 0 }
const Inflater = DecompressionStream

class WatchedInflater {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<BufferSource>

  constructor(format: CompressionFormat) {
    const inflater = new Inflater(format)
    const writer = inflater.writable.getWriter()
    this.writable = new WritableStream({
      write(piece) {
        inflated.bytesIn += piece.byteLength
        return writer.write(piece)
      },
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    })
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        inflated.bytesOut += piece.length
        controller.enqueue(piece)
      },
    })
    this.readable = inflater.readable.pipeThrough(count)
  }
}

beforeEach(() => {
  Object.assign(inflated, { bytesIn: 0, bytesOut: 0 })
  vi.stubGlobal('DecompressionStream', WatchedInflater)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** So many MiB of zeros, deflated. */
function zeros(sizeMib: number): Uint8Array {
  const one = deflateRawSync(new Uint8Array(MIB), { finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat([Buffer.alloc(one.length * sizeMib, one), deflateRawSync(new Uint8Array())])
}

describe('bombs', () => {
  it('A5 a thousandfold file -> refused by what it declares, before a byte is unpacked', async () => {
    const bomb = { name: 'bomb', method: 8, crc: 0, raw: new Uint8Array(2000), size: 2_000_001 }
    const error = await refusalOf(zipWith([bomb]))
    expect(error).toMatchObject({ code: 'archive', path: 'bomb', message: expect.stringContaining('1000 times') })
    expect(inflated.bytesIn).toBe(0)
  })

  it('A5 files of more than 4 GiB together -> refused before a byte is unpacked', async () => {
    const most = { method: 8, crc: 0, raw: new Uint8Array(2 * MIB), size: GIB }
    const entries = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, ...most }))
    expect(await refusalOf(zipWith(entries))).toMatchObject({
      code: 'archive',
      message: expect.stringContaining('more than 4 GiB'),
    })
    expect(inflated.bytesIn).toBe(0)
  })

  it('A5 many entries over the same bytes -> refused, because they overlap', async () => {
    const kernel: OddEntry = { name: '0', method: 8, content: new Uint8Array(20 * 1024) }
    const quoted = Array.from({ length: 200 }, (_, at) => ({
      ...kernel,
      name: `${at + 1}`,
      raw: new Uint8Array(),
      offset: 0,
    }))
    const raw = deflateRawSync(new Uint8Array(20 * 1024))
    const entries = quoted.map((entry) => ({ ...entry, compressedSize: raw.length }))
    expect(await refusalOf(oddZip([kernel, ...entries, ENTRY]))).toMatchObject({
      code: 'archive',
      message: expect.stringContaining('overlap'),
    })
    expect(inflated.bytesIn).toBe(0)
  })

  it.each<[string, OddEntry]>([
    ['another entry', { name: 'a', content: 'abc', offset: 0 }],
    ['the directory', { name: 'a', method: 8, raw: new Uint8Array(9), compressedSize: 500, content: 'x' }],
  ])('A5 an entry that overlaps with %s -> refused', async (_, entry) => {
    expect((await refusalOf(zipWith([entry]))).message).toContain('overlap')
  })

  it('A5 a file that reaches into the next by its local header -> refused', async () => {
    const zip = oddZip([
      { ...ENTRY, localExtraLength: 40 },
      { name: 'b', content: 'b'.repeat(100) },
    ])
    expect(await refusalOf(zip)).toMatchObject({ code: 'archive', path: 'index.js' })
  })

  it('A5 a bomb within a sound archive -> a file like others: what is nested is never unpacked', async () => {
    const bomb = oddZip([{ name: 'bomb', method: 8, raw: zeros(64), size: 64 * MIB }])
    const { dock } = await installed(zipWith([{ name: 'nested.zip', content: bomb }]))
    const plugin = await dock.plugins.load('acme.charts')
    expect(Buffer.compare(await plugin.read('nested.zip'), bomb)).toBe(0)
    expect(inflated.bytesOut).toBe(0)
  })

  it('A5 a file that shrank five hundredfold, as declared -> unpacked piece by piece', async () => {
    const content = new Uint8Array(64 * MIB)
    content.set(noise(64 * 1024))
    const zip = await packed({ 'index.js': '', 'zeros.bin': content })
    const { bundle } = store(zip)
    const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
    const reader = archive.stream('zeros.bin').getReader()
    expect((await reader.read()).value?.length).toBeLessThanOrEqual(MIB)
    expect(inflated.bytesIn * MOST_GROWTH).toBeLessThan(72 * MIB)
    await reader.cancel()
    await bundle.close()
  })
})

describe('declared sizes that are not true', () => {
  it('A6 1 KB declared, 1 GiB comes -> refused at the limit, hardly more unpacked than was declared', async () => {
    const bomb = { name: 'a', method: 8, crc: 0, raw: zeros(1024), size: 1024 }
    expect(await refusalOf(zipWith([bomb]))).toMatchObject({
      code: 'archive',
      path: 'a',
      message: expect.stringContaining('more than the 1024 bytes'),
    })
    expect(inflated.bytesOut).toBeLessThan(MIB)
    expect(inflated.bytesIn * MOST_GROWTH).toBeLessThan(72 * MIB)
  })

  it('A6 1 GiB declared, 1 KB comes -> refused, and no memory is taken for it', async () => {
    const lie = { name: 'a', method: 8, content: noise(1024), size: GIB }
    expect(await refusalOf(zipWith([lie]))).toMatchObject({ code: 'archive', path: 'a' })
    expect(inflated.bytesOut).toBe(0)
  })

  it.each([
    ['more', 1000, 'more than the 1000 bytes'],
    ['less', 1_000_000, 'unpacks to 500000 bytes'],
  ])('A6 %s comes than was declared -> refused; read and stream say the same', async (_, size, message) => {
    const zip = zipWith([{ name: 'a', method: 8, content: noise(500_000), size }])
    const expected = { code: 'archive', path: 'a', message: expect.stringContaining(message) }
    expect(await refusalOf(zip)).toMatchObject(expected)
    const archive = await openArchive(store(zip).bundle, { format: 'zip', entry: 'index.js' })
    expect(await failureOf(archive.read('a'))).toMatchObject(expected)
    expect(await failureOf(collect(archive.stream('a')))).toMatchObject(expected)
  })

  it('A6 a file that goes on after it said so -> no byte over the declared size comes out', async () => {
    const zip = zipWith([{ name: 'a', method: 8, raw: zeros(64), size: 1000 }])
    const archive = await openArchive(store(zip).bundle, { format: 'zip', entry: 'index.js' })
    const seen: Uint8Array[] = []
    const drained = archive.stream('a').pipeTo(new WritableStream({ write: (piece) => void seen.push(piece) }))
    expect(await failureOf(drained)).toMatchObject({ code: 'archive' })
    expect(seen).toEqual([])
  })

  it('A6 a stored file with two sizes -> refused', async () => {
    expect(await refusalOf(zipWith([{ name: 'a', content: 'abc', size: 2 }]))).toMatchObject({ code: 'archive' })
  })
})

describe('too much of it', () => {
  /** One empty entry, often. */
  function manyEntries(count: number): Uint8Array {
    const one = Buffer.from(oddZip([ENTRY]))
    const end = one.readUInt32LE(one.length - 6)
    const record = one.subarray(end, -22)
    const records = Buffer.alloc(record.length * count, record)
    const ends = Buffer.from(oddZip([], { zip64: { entries: count } }))
    const at = end + records.length
    ends.writeBigUInt64LE(BigInt(records.length), 40)
    ends.writeBigUInt64LE(BigInt(end), 48)
    ends.writeBigUInt64LE(BigInt(at), 64)
    return Buffer.concat([one.subarray(0, end), records, ends])
  }

  it('A7 65,536 empty entries -> fine, if counted with 64 bits', async () => {
    const entries = Array.from({ length: 65_535 }, (_, at) => ({ name: `${at}` }))
    const zip = Buffer.from(oddZip([ENTRY, ...entries], { zip64: {} }))
    const archive = await openArchive(store(zip).bundle, { format: 'zip', entry: 'index.js' })
    expect(archive.files()).toHaveLength(65_536)
    const plain = Buffer.concat([zip.subarray(0, -22 - 20 - 56), zip.subarray(-22)])
    plain.writeUInt32LE(zip.readUInt32LE(zip.length - 22 - 20 - 56 + 40), plain.length - 10)
    plain.writeUInt32LE(zip.readUInt32LE(zip.length - 22 - 20 - 56 + 48), plain.length - 6)
    plain.writeUInt32LE(0, plain.length - 14)
    expect(await refusalOf(plain)).toMatchObject({ code: 'archive', message: expect.stringContaining('its entries 0') })
  }, 60_000)

  it('A7 more than 100,000 entries -> refused before the directory is read', async () => {
    for (const count of [100_001, 300_000, 1_000_000]) {
      const { bundle, file } = store(manyEntries(count))
      const error = await failureOf(openArchive(bundle, { format: 'zip', entry: 'index.js' }))
      expect(error).toMatchObject({ code: 'archive', message: expect.stringContaining(`${count} entries`) })
      expect(file.bytesRead).toBeLessThan(MIB)
    }
  })

  it('A7 more than 100,000 entries are downloaded -> refused, nothing is left', async () => {
    expect(await refusalOf(manyEntries(100_001))).toMatchObject({ code: 'archive' })
  })

  it('A7 a name of 64 KB, 100 folders -> refused', async () => {
    expect((await refusalOf(zipWith([{ name: 'a'.repeat(65_000) }]))).message).toContain('1024 bytes')
    expect((await refusalOf(zipWith([{ name: `${'a/'.repeat(100)}b` }]))).message).toContain('deeper than')
  })

  it('A7 a directory larger than memory should hold -> refused before it is read', async () => {
    const bytes = noise(20 * MIB)
    const end = Buffer.from(oddZip([], { directorySize: 17 * MIB, directoryOffset: bytes.length - 22 - 17 * MIB }))
    bytes.set(end, bytes.length - end.length)
    const { bundle, file } = store(bytes)
    const error = await failureOf(openArchive(bundle, { format: 'zip', entry: 'index.js' }))
    expect(error).toMatchObject({ code: 'archive', message: expect.stringContaining('larger than') })
    expect(file.bytesRead).toBeLessThan(MIB)
  })
})

it.each([MIB, 5 * MIB])(
  'A5 an unpacked file of %i bytes is what the manifest says -> installed, byte-identical',
  async (size) => {
    const content = noise(size)
    const files = {
      'index.js': { size: 16, integrity: digestOf('export default 1') },
      a: { size, integrity: digestOf(content) },
    }
    const zip = zipWith([{ name: 'a', method: 8, content }])
    const { dock } = await installed(zip, files)
    const plugin = await dock.plugins.load('acme.charts')
    expect(Buffer.compare(await plugin.read('a'), content)).toBe(0)
    const other = { ...files, a: { size, integrity: digestOf('another') } }
    expect(await refusalOf(zip, other)).toMatchObject({ code: 'archive', path: 'a' })
  },
  30_000,
)

function digestOf(content: string | Uint8Array): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`
}
