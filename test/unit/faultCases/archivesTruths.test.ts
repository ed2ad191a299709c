import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { ArchiveError, PluginDockError, UnsupportedError } from '../../../src/domain/errors/index.js'
import { inspectArchive } from '../../../src/plugins/archive.js'
import { failureOf, noise, store } from '../plugins/memoryBundle.js'
import { extraField, type OddEnd, type OddEntry, oddZip, packed, wideField } from '../plugins/zips.js'
import { ENTRY, type Files, installed, refusalOf, zipWith } from './archives.js'

const ARCHIVE = expect.objectContaining({ code: 'archive' })
const UNSUPPORTED = expect.objectContaining({ code: 'unsupported' })

function describeFiles(files: Readonly<Record<string, string | Uint8Array>>): Files {
  const described = Object.entries(files).map(([path, content]) => {
    const digest = createHash('sha256').update(content).digest('base64')
    return [path, { size: Buffer.byteLength(content), integrity: `sha256-${digest}` }] as const
  })
  return Object.fromEntries(described)
}

function sayingWhy(reason: string): unknown {
  return expect.objectContaining({ message: expect.stringContaining(reason) })
}

describe('two truths', () => {
  it.each<[string, Partial<OddEntry>]>([
    ['name', { localName: 'b' }],
    ['name', { localName: 'a/b' }],
    ['compression method', { localMethod: 8 }],
    ['size', { localSize: 49 }],
    ['checksum', { localCrc: 7 }],
  ])('A8 the local header has another %s (%j) -> refused', async (field, odd) => {
    const error = await refusalOf(zipWith([{ name: 'a', content: 'x'.repeat(50), ...odd }]))
    expect(error).toMatchObject({ code: 'archive', path: 'a', message: expect.stringContaining(`another ${field}`) })
  })

  it('A8 a local header that leaves sizes and checksum for later -> the directory is right', async () => {
    const later = { flags: 0x808, localSize: 0, localCrc: 0 }
    const { dock } = await installed(zipWith([{ name: 'a', content: 'x'.repeat(50), ...later }]))
    const plugin = await dock.plugins.load('acme.charts')
    expect(await plugin.text('a')).toBe('x'.repeat(50))
  })

  it('A8 the directory points to no local header -> refused', async () => {
    expect(await refusalOf(zipWith([{ name: 'a', content: 'abc', offset: 60 }]))).toEqual(ARCHIVE)
  })

  it.each<[string, OddEnd]>([
    ['counts fewer entries than the directory has', { entries: 1 }],
    ['counts more', { entries: 3 }],
    ['has the directory begin later', { directoryOffset: 100 }],
    ['has it end earlier', { directorySize: 60 }],
    ['has it end later', { directorySize: 600 }],
  ])('A8 the end record %s -> refused', async (_, end) => {
    expect(await refusalOf(zipWith([{ name: 'hidden', content: 'x' }], end))).toEqual(ARCHIVE)
  })

  it('A8 two end records, each of which reaches to the end of the file -> refused', async () => {
    const inner = oddZip([{ ...ENTRY, content: 'export default 2' }])
    const outer = oddZip([ENTRY], { comment: inner })
    const end = Buffer.from(inner.subarray(-22))
    end.writeUInt32LE(outer.length - inner.length + end.readUInt32LE(16), 16)
    const both = Buffer.concat([outer.subarray(0, -22), end])
    expect(await refusalOf(both)).toEqual(sayingWhy('two end records'))
  })

  it('A8 a comment with an end record in it that does not reach to the end -> refused', async () => {
    const inner = Buffer.concat([oddZip([ENTRY]).subarray(-22), Buffer.from('and more')])
    expect(await refusalOf(oddZip([ENTRY], { comment: inner }))).toEqual(ARCHIVE)
  })

  it('A8 a second directory between the directory and its end record -> refused', async () => {
    const [, hidden] = [oddZip([ENTRY]), oddZip([{ name: 'hidden' }])]
    expect(await refusalOf(oddZip([ENTRY], { gap: hidden.subarray(30 + 6) }))).toEqual(
      sayingWhy('between its directory and its end record'),
    )
  })

  it('A8 zip64 says something else than the plain end record -> refused', async () => {
    const zip = zipWith([{ name: 'hidden' }], { entries: 1, entriesOnDisk: 1, zip64: { isTold: true } })
    expect(await refusalOf(zip)).toEqual(sayingWhy('different things'))
    expect(await refusalOf(zipWith([], { zip64: { entries: 2 } }))).toEqual(ARCHIVE)
    expect(await refusalOf(zipWith([], { zip64: { directoryOffset: 10 } }))).toEqual(ARCHIVE)
  })

  it('A8 an entry with a second name in an extra field -> refused', async () => {
    const name = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from('../evil.js')])
    const zip = zipWith([{ name: 'a.js', extra: extraField(0x7075, name) }])
    expect(await refusalOf(zip)).toMatchObject({ code: 'archive', path: 'a.js' })
  })

  it('A8 an entry with two zip64 fields -> refused', async () => {
    const extra = Buffer.concat([wideField(1), wideField(2)])
    expect(await refusalOf(zipWith([{ name: 'a', content: 'x', extra }]))).toEqual(sayingWhy('twice'))
  })

  it('A8 bytes before the first file -> fine where offsets count them, else refused', async () => {
    const { dock } = await installed(oddZip([ENTRY], { prefix: noise(100) }))
    expect(await (await dock.plugins.load('acme.charts')).text()).toBe('export default 1')
    expect(await refusalOf(Buffer.concat([noise(100), oddZip([ENTRY])]))).toEqual(ARCHIVE)
  })

  it('A8 another archive before this one -> the last is the one', async () => {
    const other = oddZip([{ name: 'other.js' }])
    const { dock } = await installed(oddZip([ENTRY], { prefix: other }))
    expect((await dock.plugins.load('acme.charts')).files()).toEqual(['index.js'])
  })

  it.each(['index.js', 'a.js'])("A8 %s is not what the manifest's digest says -> refused", async (path) => {
    const zip = await packed({ 'index.js': 'export default 1', 'a.js': 'let a = 1' })
    const files = { ...describeFiles({ 'index.js': 'export default 1', 'a.js': 'let a = 1' }) }
    const lying = { ...files, [path]: { ...describeFiles({ x: 'export default 2' }).x, size: files[path]?.size ?? 0 } }
    expect(await refusalOf(zip, lying as Files)).toMatchObject({ code: 'archive', path })
  })
})

describe('checksums and digests', () => {
  it.each([0, 8])(
    'A9 a wrong CRC (method %i), and no digest in the manifest -> archive, with the path',
    async (method) => {
      const error = await refusalOf(zipWith([{ name: 'a', content: 'abc', method, crc: 7 }]))
      expect(error).toMatchObject({ code: 'archive', path: 'a', message: expect.stringContaining('CRC') })
    },
  )

  it.each([0, 8])('A9 a wrong CRC (method %i), and the right digest -> the digest rules', async (method) => {
    const zip = zipWith([{ name: 'a', content: 'abc', method, crc: 7 }])
    const { dock } = await installed(zip, describeFiles({ 'index.js': 'export default 1', a: 'abc' }))
    const plugin = await dock.plugins.load('acme.charts')
    expect(await plugin.text('a')).toBe('abc')
  })

  it.each([0, 8])('A9 the right CRC (method %i), and a wrong digest -> the digest rules', async (method) => {
    const zip = zipWith([{ name: 'a', content: 'abc', method }])
    const error = await refusalOf(zip, describeFiles({ 'index.js': 'export default 1', a: 'abd' }))
    expect(error).toMatchObject({ code: 'archive', path: 'a', message: expect.stringContaining('digest') })
  })

  it('A9 a bundle of one file whose two digests disagree -> refused', async () => {
    const { bundle } = store(Buffer.from('abc'))
    const files = describeFiles({ 'index.js': 'abd' })
    const inspecting = inspectArchive(bundle, { format: 'file', entry: 'index.js', files }, createNodeDigester())
    expect(await failureOf(inspecting)).toMatchObject({ code: 'archive', path: 'index.js' })
  })
})

describe('what is not supported', () => {
  it.each([
    ['encrypted', { flags: 0x801 }],
    ['encrypted', { flags: 0x841 }],
    ['encrypted', { flags: 0x2800 }],
    ['encrypted', { localFlags: 0x801 }],
    ['patch', { flags: 0x820 }],
  ])('A10 an entry that is %s (%j) -> unsupported, with the reason', async (reason, odd) => {
    const error = await refusalOf(zipWith([{ name: 'a', method: 8, content: 'abc', ...odd }]))
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error.message).toContain(reason)
  })

  it.each([1, 2, 6, 9, 12, 14, 93, 95, 97, 98, 99])('A10 method %i -> unsupported, by its number', async (method) => {
    const error = await refusalOf(zipWith([{ name: 'a', method, content: 'abc' }]))
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error.message).toContain(`method ${method} `)
  })

  it.each<[string, OddEnd, Partial<OddEntry>]>([
    ['the last of two', { disk: 1 }, {}],
    ['directory on the second', { directoryDisk: 1 }, {}],
    ['fewer entries on this one', { entriesOnDisk: 1 }, {}],
    ['an entry on another', {}, { disk: 1 }],
    ['by zip64', { disk: 0xffff, zip64: { disk: 1 } }, {}],
    ['by the locator of zip64', { zip64: { disks: 2 } }, {}],
  ])('A10 several disks, %s -> unsupported, with the reason', async (_, end, odd) => {
    const error = await refusalOf(zipWith([{ name: 'a', ...odd }], end))
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error.message).toContain('several disks')
  })

  it.each<[string, Partial<OddEntry>]>([
    ['size', { size: 0xffffffff }],
    ['packed size', { compressedSize: 0xffffffff }],
    ['offset', { offset: 0xffffffff }],
    ['second value', { size: 0xffffffff, compressedSize: 0xffffffff, extra: wideField(3) }],
  ])('A10 zip64 lacks the %s -> unsupported, with the reason', async (_, odd) => {
    const error = await refusalOf(zipWith([{ name: 'a', method: 8, content: 'abc', ...odd }]))
    expect(error).toEqual(UNSUPPORTED)
    expect(error.message).toContain('zip64')
  })

  it('A10 the end record of zip64 is missing, or elsewhere -> refused, with the reason', async () => {
    expect(await refusalOf(zipWith([], { directoryOffset: 0xffffffff }))).toEqual(UNSUPPORTED)
    for (const zip64 of [{ offset: 0 }, { offset: 2 ** 52 }, { signature: 7 }]) {
      expect(await refusalOf(zipWith([], { zip64 }))).toEqual(sayingWhy('zip64'))
    }
  })
})

describe('a damaged archive', () => {
  const zip = oddZip([
    ENTRY,
    { name: 'a.bin', content: noise(3000) },
    { name: 'b.bin', method: 8, content: noise(3000) },
  ])
  const cuts = Array.from({ length: Math.ceil(zip.length / 64) }, (_, at) => at * 64)

  it('A11 published cut at every 64th byte -> archive, nothing of it is installed or left', async () => {
    for (const cut of cuts) expect(await refusalOf(zip.subarray(0, cut))).toEqual(ARCHIVE)
  }, 60_000)

  it('A11 published with 64 bytes missing anywhere -> archive', async () => {
    for (const cut of cuts) {
      const { bundle } = store(Buffer.concat([zip.subarray(0, cut), zip.subarray(cut + 64)]))
      const inspecting = inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, createNodeDigester())
      expect(await failureOf(inspecting)).toBeInstanceOf(ArchiveError)
    }
  })

  it('A11 published with any bytes changed -> its own errors or a sound archive, never anything else', async () => {
    const edits = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(edits, async (changed) => {
        const bytes = Uint8Array.from(zip)
        for (const [at, value] of changed) bytes[at] = value
        const description = { format: 'zip', entry: 'index.js' } as const
        const error = await inspectArchive(store(bytes).bundle, description, createNodeDigester()).catch(
          (reason: unknown) => reason,
        )
        if (error !== undefined) expect(error).toBeInstanceOf(PluginDockError)
      }),
      { numRuns: 300 },
    )
  })

  it('A11 deflated bytes that are none -> archive, with the path', async () => {
    for (const raw of [new Uint8Array(50).fill(255), new Uint8Array(0), Uint8Array.of(0x4b)]) {
      const error = await refusalOf(zipWith([{ name: 'a', method: 8, raw, size: 10 }]))
      expect(error).toMatchObject({ code: 'archive', path: 'a' })
    }
  })
})

describe('an archive and its manifest', () => {
  const content = { 'index.js': 'abc', 'a.js': '' }

  it('A12 they name the same files -> installed', async () => {
    const { dock } = await installed(await packed(content), describeFiles(content))
    expect((await dock.plugins.load('acme.charts')).files()).toEqual(['index.js', 'a.js'])
  })

  it.each([
    ['the archive has a file more', 'a.js', { 'index.js': 'abc' }],
    ['the manifest has a file more', 'b.js', { ...content, 'b.js': 'x' }],
    ['the manifest has another size', 'index.js', { ...content, 'index.js': 'abcd' }],
    ['they differ in case', 'A.js', { 'index.js': 'abc', 'A.js': '' }],
  ])('A12 %s -> refused, with the path', async (_, path, named) => {
    expect(await refusalOf(await packed(content), describeFiles(named))).toMatchObject({ code: 'archive', path })
  })

  it("A12 the manifest's entry is not there -> refused, with what may have been meant", async () => {
    const error = await refusalOf(await packed({ 'indx.js': 'abc' }))
    expect(error).toMatchObject({ code: 'archive', path: 'index.js', message: expect.stringContaining('"indx.js"') })
  })
})
