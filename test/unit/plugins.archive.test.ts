import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes } from '../../src/domain/bytes.js'
import { ArchiveError, ClosedError, CorruptError } from '../../src/domain/errors/index.js'
import { type ArchiveDescription, inspectArchive, openArchive, type PluginArchive } from '../../src/plugins/archive.js'
import { collect, failureOf, noise, store } from './plugins/memoryBundle.js'
import { type OddEnd, type OddEntry, oddZip, packed } from './plugins/zips.js'

const MIB = 1024 * 1024
const ENTRY: OddEntry = { name: 'index.js', content: 'export default 1' }

function open(zip: Uint8Array, description: Partial<ArchiveDescription> = {}): Promise<PluginArchive> {
  return openArchive(store(zip).bundle, { format: 'zip', entry: 'index.js', ...description })
}

/** Why an archive with these entries, beside an honest one, is refused by load and by the installer. */
async function refusalOf(entries: readonly OddEntry[], end?: OddEnd): Promise<ArchiveError> {
  const zip = oddZip([ENTRY, ...entries], end)
  const error = await failureOf(open(zip))
  const inspected = failureOf(inspectArchive(store(zip).bundle, { format: 'zip', entry: 'index.js' }))
  expect(await inspected).toMatchObject({ message: error instanceof Error ? error.message : '' })
  expect(error).toBeInstanceOf(ArchiveError)
  return error as ArchiveError // asserted above
}

describe('a sound archive', () => {
  const files = {
    'index.js': 'export default 1',
    'img/a.svg': '<svg/>',
    'data/big.bin': noise(3 * MIB),
    'empty.txt': '',
  }

  test.each([true, false])('packed with compression %s -> its files, by path', async (compress) => {
    const { bundle } = store(await packed(files, compress))
    const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
    expect(archive.files()).toEqual(Object.keys(files))
    for (const [path, content] of Object.entries(files)) {
      const bytes = Buffer.from(content)
      expect(archive.size(path)).toBe(bytes.length)
      expect(equalBytes(await archive.read(path), bytes)).toBe(true)
      expect(equalBytes(await collect(archive.stream(path)), bytes)).toBe(true)
    }
    await inspectArchive(bundle, { format: 'zip', entry: 'index.js' })
  })

  test('folders, unix modes, zip64 and a comment -> fine', async () => {
    const zip = oddZip([ENTRY, { name: 'a/', mode: 0o040755 }, { name: 'a/b.js', mode: 0o100644, content: 'x' }], {
      comment: Buffer.from('made by hand'),
    })
    expect((await open(zip)).files()).toEqual(['index.js', 'a/b.js'])
  })

  test('one small file of 100 MB -> reads the end, the directory and that file', async () => {
    const small = noise(10 * 1024, 2)
    const zip = oddZip([ENTRY, { name: 'big.bin', content: noise(100_000_000) }, { name: 'small.bin', content: small }])
    const { bundle, file } = store(zip)
    const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
    expect(equalBytes(await archive.read('small.bin'), small)).toBe(true)
    expect(equalBytes(await archive.read('index.js'), Buffer.from('export default 1'))).toBe(true)
    expect(file.bytesRead).toBeLessThanOrEqual(4 * 128 * 1024)
  })

  test('a stream of a deflated file -> read as it is asked for, and ends when it is cancelled', async () => {
    const { bundle, file } = store(await packed({ 'index.js': '', 'big.bin': noise(16 * MIB) }))
    const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
    const before = file.bytesRead
    const reader = archive.stream('big.bin').getReader()
    expect(file.bytesRead).toBe(before)
    await reader.read()
    expect(file.bytesRead - before).toBeLessThan(4 * MIB)
    await reader.cancel()
    await bundle.close()
    expect(file.bytesRead - before).toBeLessThan(4 * MIB)
  })

  test('a bundle that is one file -> that file', async () => {
    const bytes = noise(3 * MIB)
    const { bundle } = store(bytes)
    const archive = await openArchive(bundle, {
      format: 'file',
      entry: 'plugin.js',
      files: { 'plugin.js': { size: bytes.length } },
    })
    expect(archive.files()).toEqual(['plugin.js'])
    expect(equalBytes(await archive.read('plugin.js'), bytes)).toBe(true)
    expect(equalBytes(await collect(archive.stream('plugin.js')), bytes)).toBe(true)
    expect(await failureOf(openArchive(bundle, { format: 'file', entry: '../plugin.js' }))).toBeInstanceOf(ArchiveError)
    await inspectArchive(bundle, { format: 'file', entry: 'plugin.js' })
  })
})

describe('what is not there', () => {
  test('a path -> archive, with the path and what was meant', async () => {
    const archive = await open(await packed({ 'index.js': '', 'lib/chart.js': '', 'styles.css': '' }))
    const expected = {
      path: 'chart.js',
      message: expect.stringMatching(/"chart\.js" is not in the bundle.*"lib\/chart\.js"/),
    }
    expect(await failureOf(archive.read('chart.js'))).toMatchObject(expected)
    expect(await failureOf(collect(archive.stream('chart.js')))).toMatchObject(expected)
    expect(() => archive.size('chart.js')).toThrow(ArchiveError)
    for (const path of ['__proto__', 'constructor', 'toString', '']) expect(archive.has(path)).toBe(false)
  })

  test('the entry -> archive, with the closest names', async () => {
    const error = await failureOf(open(await packed({ 'indx.js': '', 'Index.mjs': '', 'readme.md': '' })))
    expect(error).toMatchObject({ path: 'index.js', message: expect.stringContaining('did you mean "indx.js"') })
  })
})

describe('A1 unsafe names -> the whole archive is refused', () => {
  const names = [
    '../x',
    '..\\x',
    '/abs',
    'C:\\x',
    'C:x',
    'a/../../x',
    './x',
    'a//b',
    'a/./b',
    'dot./x',
    'blank ',
    'a\0b',
  ]
  test.each(names.map((name) => [JSON.stringify(name), name]))('%s', async (_, name) => {
    expect((await refusalOf([{ name }])).path).toBe(name)
  })

  test.each([
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['Latin-1', Buffer.from([0x61, 0xe4])],
    ['overlong slash', Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x61])],
  ])('%s, which is not UTF-8', async (_, name) => {
    expect((await refusalOf([{ name }])).message).toContain('is not UTF-8')
  })

  test('a byte order mark -> part of the name', async () => {
    expect((await open(oddZip([ENTRY, { name: '\uFEFFindex.js' }]))).files()).toEqual(['index.js', '\uFEFFindex.js'])
  })
})

test.each([
  ['a symbolic link', 0o120777],
  ['a character device', 0o020666],
  ['a block device', 0o060666],
  ['a pipe', 0o010666],
  ['a socket', 0o140666],
])('A3 %s -> refused', async (_, mode) => {
  expect((await refusalOf([{ name: 'link', mode, content: '/etc/passwd' }])).path).toBe('link')
})

test('A3 a file typed as a folder, and a folder with content -> refused', async () => {
  await refusalOf([{ name: 'folder', mode: 0o040755 }])
  await refusalOf([{ name: 'file/', mode: 0o100644 }])
  await refusalOf([{ name: 'file/', content: 'x' }])
})

test.each([
  ['twice the same', 'a.js', 'a.js'],
  ['upper and lower case', 'A.js', 'a.js'],
  ['long s', '\u017f.js', 's.js'],
  ['composed and decomposed', '\u00e9.js', 'e\u0301.js'],
  ['file and folder', 'a', 'a/b'],
  ['folder and file', 'a/b/c', 'A/B'],
  ['file and empty folder', 'a', 'a/'],
])('A4 %s -> refused', async (_, first, second) => {
  await refusalOf([{ name: first }, { name: second }])
})

test('A5 a thousandfold file, more than 4 GiB, overlapping entries -> refused', async () => {
  const bomb = { method: 8, raw: new Uint8Array(2000), crc: 0 }
  expect((await refusalOf([{ name: 'bomb', ...bomb, size: 2_000_001 }])).message).toContain('1000 times')
  const most = { method: 8, compressedSize: 100, raw: new Uint8Array(100), size: 0xfffffffe }
  expect(
    (
      await refusalOf([
        { name: 'a', ...most },
        { name: 'b', ...most },
      ])
    ).message,
  ).toContain('4 GiB')
  expect((await refusalOf([{ name: 'a', content: 'abc', offset: 0 }])).message).toContain('overlap')
  expect((await refusalOf([{ name: 'a', method: 8, raw: new Uint8Array(9), compressedSize: 500 }])).message).toContain(
    'overlap',
  )
})

test('A5 a file that shares bytes through its local header -> refused when read, and by the installer', async () => {
  const zip = oddZip([
    { ...ENTRY, localExtraLength: 40 },
    { name: 'b', content: 'b'.repeat(100) },
  ])
  const error = await failureOf((await open(zip)).read('index.js'))
  expect(error).toMatchObject({ code: 'archive', path: 'index.js' })
  expect(await failureOf(inspectArchive(store(zip).bundle, { format: 'zip', entry: 'index.js' }))).toEqual(error)
})

describe('A6 the declared size is not the size', () => {
  test.each([
    ['more', 1000, 'more than the 1000 bytes'],
    ['less', 1_000_000, 'unpacks to 500000 bytes'],
  ])('%s than declared -> refused at the limit', async (_, size, message) => {
    const zip = oddZip([ENTRY, { name: 'a', method: 8, content: noise(500_000), size }])
    const archive = await open(zip)
    for (const error of await Promise.all([archive.read('a'), collect(archive.stream('a'))].map(failureOf))) {
      expect(error).toMatchObject({
        code: 'archive',
        path: 'a',
        message: expect.stringContaining(message),
      })
    }
  })

  test('a bomb -> no byte over the declared size comes out', async () => {
    const archive = await open(oddZip([ENTRY, { name: 'a', method: 8, content: new Uint8Array(64 * MIB), size: 1000 }]))
    const seen: Uint8Array[] = []
    const drained = archive.stream('a').pipeTo(new WritableStream({ write: (piece) => void seen.push(piece) }))
    expect(await failureOf(drained)).toBeInstanceOf(ArchiveError)
    expect(seen).toEqual([])
  })
})

describe('A7 too much of it', () => {
  test('more than 100,000 entries -> refused', async () => {
    const entries = Array.from({ length: 100_001 }, (_, at) => ({ name: `f${at}`, offset: 0 }))
    const zip = zip64(entries)
    expect(await failureOf(open(zip))).toMatchObject({
      code: 'archive',
      message: expect.stringContaining('100001 entries'),
    })
  })

  test('a name of 64 KB, 100 folders -> refused', async () => {
    expect((await refusalOf([{ name: 'a'.repeat(65_000) }])).message).toContain('1024 bytes')
    expect((await refusalOf([{ name: `${'a/'.repeat(100)}b` }])).message).toContain('deeper than')
  })

  test('a directory larger than memory should hold -> refused before it is read', async () => {
    const { bundle, file } = store(noise(20 * MIB))
    file.bytes.set(endRecord(17 * MIB, 0), 20 * MIB - 22)
    const { bundle: rewritten, file: stored } = store(file.bytes)
    const error = await failureOf(openArchive(rewritten, { format: 'zip', entry: 'index.js' }))
    expect(error).toMatchObject({ code: 'archive', message: expect.stringContaining('larger than') })
    expect(stored.bytesRead).toBeLessThan(MIB)
    await bundle.close()
  })
})

describe('A8 two truths', () => {
  test.each<[string, Partial<OddEntry>]>([
    ['name', { localName: 'b' }],
    ['longer name', { localName: 'a/b' }],
    ['method', { localMethod: 8 }],
    ['encryption', { localFlags: 1 }],
  ])('the local header has another %s -> refused when read, and by the installer', async (_, odd) => {
    const zip = oddZip([ENTRY, { name: 'a', content: 'x'.repeat(50), ...odd }])
    expect(await failureOf((await open(zip)).read('a'))).toMatchObject({ code: 'archive', path: 'a' })
    expect(await failureOf(inspectArchive(store(zip).bundle, { format: 'zip', entry: 'index.js' }))).toBeInstanceOf(
      ArchiveError,
    )
  })

  test('the end record counts fewer entries than the directory has -> refused', async () => {
    await refusalOf([{ name: 'hidden' }], { entries: 1 })
  })

  test('a comment with an end record in it -> the last that fits to the end wins, or it is refused', async () => {
    const inner = oddZip([{ name: 'other.js' }])
    expect(await failureOf(open(oddZip([ENTRY], { comment: inner.subarray(-22) })))).toBeInstanceOf(ArchiveError)
  })

  test('bytes before the first file -> fine where offsets count them, else refused', async () => {
    expect((await open(oddZip([ENTRY], { prefix: noise(100) }))).files()).toEqual(['index.js'])
    expect(await failureOf(open(Buffer.concat([noise(100), oddZip([ENTRY])])))).toBeInstanceOf(ArchiveError)
  })
})

test('A9 a wrong CRC -> archive, with the path', async () => {
  for (const method of [0, 8]) {
    const archive = await open(oddZip([ENTRY, { name: 'a', content: 'abc', method, crc: 7 }]))
    for (const error of await Promise.all([archive.read('a'), collect(archive.stream('a'))].map(failureOf))) {
      expect(error).toMatchObject({
        code: 'archive',
        path: 'a',
        message: expect.stringContaining('CRC'),
      })
    }
  }
})

describe('A10 what is not supported', () => {
  test('encrypted, strongly encrypted, other methods -> refused', async () => {
    expect((await refusalOf([{ name: 'a', method: 8, content: 'abc', flags: 1 }])).message).toContain('encrypted')
    expect((await refusalOf([{ name: 'a', flags: 0x40 }])).message).toContain('encryption')
    for (const method of [1, 9, 12, 14, 93, 99]) {
      expect((await refusalOf([{ name: 'a', method, content: 'abc' }])).message).toContain(`method ${method}`)
    }
  })

  test('several disks, zip64 sizes without their field -> refused', async () => {
    await refusalOf([], { disk: 1 })
    await refusalOf([{ name: 'a', method: 8, size: 0xffffffff }])
  })

  test('a stored file with two sizes -> refused', async () => {
    await refusalOf([{ name: 'a', content: 'abc', size: 2 }])
  })
})

describe('A11 a damaged archive', () => {
  const zip = oddZip([
    ENTRY,
    { name: 'a.bin', content: noise(5000) },
    { name: 'b.bin', method: 8, content: noise(5000) },
  ])

  test('published cut at every 64th byte -> archive', async () => {
    for (let size = 0; size < zip.length; size += 64) {
      expect(await failureOf(open(zip.subarray(0, size)))).toBeInstanceOf(ArchiveError)
    }
  })

  test('published with any bytes changed -> its own errors or other content, never anything else', async () => {
    const edits = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(edits, async (changed) => {
        const bytes = Uint8Array.from(zip)
        for (const [at, value] of changed) bytes[at] = value
        const archive = await open(bytes).catch((error: unknown) => error)
        if (archive instanceof Error) {
          expect(archive).toBeInstanceOf(ArchiveError)
          return
        }
        await Promise.all(['a.bin', 'b.bin'].map((path) => readOrFail(archive as PluginArchive, path)))
      }),
      { numRuns: 300 },
    )
  })

  test('stored with any byte flipped -> corrupt or right', async () => {
    const files = { 'index.js': Buffer.from('export default 1'), 'a.bin': noise(5000), 'b.bin': noise(5000) }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(zip.length - 1),
        fc.constantFrom(...Object.entries(files)),
        async (at, [path, content]) => {
          const { bundle, file } = store(zip, 700)
          file.flip(at)
          const work = openArchive(bundle, { format: 'zip', entry: 'index.js' }).then((archive) => archive.read(path))
          const bytes = await work.catch((error: unknown) => error)
          if (bytes instanceof Uint8Array) expect(equalBytes(bytes, content)).toBe(true)
          else expect(bytes).toBeInstanceOf(CorruptError)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('stored with a bad chunk inside a deflated file -> corrupt through the inflater as well', async () => {
    const { bundle, file } = store(zip, 700)
    const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
    file.flip(zip.length - 2000)
    expect(await failureOf(archive.read('b.bin'))).toBeInstanceOf(CorruptError)
    expect(await failureOf(collect(archive.stream('b.bin')))).toBeInstanceOf(CorruptError)
  })

  test('closed while a deflated file is streamed -> closed', async () => {
    const { bundle } = store(await packed({ 'index.js': '', big: noise(8 * MIB) }))
    const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
    const reader = archive.stream('big').getReader()
    await reader.read()
    await bundle.close()
    const drained = (async () => {
      while (!(await reader.read()).done);
    })()
    expect(await failureOf(drained)).toBeInstanceOf(ClosedError)
  })

  test('deflated bytes that are none -> archive, with the path', async () => {
    for (const raw of [new Uint8Array(50).fill(255), new Uint8Array(0), Uint8Array.of(0x4b)]) {
      const archive = await open(oddZip([ENTRY, { name: 'a', method: 8, raw, size: 10 }]))
      expect(await failureOf(archive.read('a'))).toMatchObject({ code: 'archive', path: 'a' })
    }
  })
})

test('A12 the manifest and the archive name other files or sizes -> refused', async () => {
  const zip = await packed({ 'index.js': 'abc', 'a.js': '' })
  const exact = { 'index.js': { size: 3 }, 'a.js': { size: 0 } }
  expect((await open(zip, { files: exact })).files()).toHaveLength(2)
  const wrong: [string, Record<string, { size: number }>][] = [
    ['a.js', { 'index.js': { size: 3 } }],
    ['b.js', { ...exact, 'b.js': { size: 1 } }],
    ['index.js', { ...exact, 'index.js': { size: 4 } }],
  ]
  for (const [path, files] of wrong)
    expect(await failureOf(open(zip, { files }))).toMatchObject({ code: 'archive', path })
})

test.each(['CON', 'aux.js', 'a/NUL.txt', '__proto__', 'a/constructor', 'prototype/x', 'com1'])(
  'A13 %s -> refused',
  async (name) => {
    expect((await refusalOf([{ name }])).path).toBe(name)
  },
)

test('no zip at all -> archive', async () => {
  for (const bytes of [new Uint8Array(), noise(10), noise(100_000), Buffer.from('<!doctype html>')]) {
    expect(await failureOf(open(bytes))).toBeInstanceOf(ArchiveError)
  }
})

async function readOrFail(archive: PluginArchive, path: string): Promise<void> {
  if (!archive.has(path)) return
  const error = await archive.read(path).catch((reason: unknown) => reason)
  if (!(error instanceof Uint8Array)) expect(error).toBeInstanceOf(ArchiveError)
}

function endRecord(size: number, offset: number): Uint8Array {
  return oddZip([], { directorySize: size, directoryOffset: offset }).subarray(-22)
}

/** An archive of more entries than a plain end record can count. */
function zip64(entries: readonly OddEntry[]): Uint8Array {
  const zip = Buffer.from(oddZip([ENTRY, ...entries.slice(1)]))
  const end = zip.subarray(-22)
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(BigInt(entries.length), 32)
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40)
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(zip.length - 22), 8)
  return Buffer.concat([zip.subarray(0, -22), record, locator, end])
}
