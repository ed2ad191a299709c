import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNodeDigester } from '../../src/adapters/nodeDigester.js'
import { equalBytes } from '../../src/domain/bytes.js'
import { ArchiveError, ClosedError, CorruptError } from '../../src/domain/errors/index.js'
import { type ArchiveDescription, inspectArchive, openArchive, type PluginArchive } from '../../src/plugins/archive.js'
import { collect, failureOf, noise, store } from './plugins/memoryBundle.js'
import { type OddEntry, oddZip, packed, wideField } from './plugins/zips.js'

const MIB = 1024 * 1024
const digester = createNodeDigester()
const ENTRY: OddEntry = { name: 'index.js', content: 'export default 1' }

function open(zip: Uint8Array, description: Partial<ArchiveDescription> = {}): Promise<PluginArchive> {
  return openArchive(store(zip).bundle, { format: 'zip', entry: 'index.js', ...description })
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
    await inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, digester)
  })

  test.each([undefined, {}, { isTold: true }])(
    'folders, unix modes, 64-bit fields (end record: %j) and a comment -> fine',
    async (zip64) => {
      const wide = { size: 0xffffffff, compressedSize: 0xffffffff, crc: 0x8cdc1683, raw: Buffer.from('x') }
      const entries = [
        ENTRY,
        { name: 'a/', mode: 0o040755 },
        { name: 'a/b.js', mode: 0o100644, ...wide, extra: wideField(1, 1) },
      ]
      const end = { comment: Buffer.from('made by hand'), ...(zip64 ? { zip64 } : {}) }
      const { bundle } = store(oddZip(entries, end))
      const archive = await openArchive(bundle, { format: 'zip', entry: 'index.js' })
      expect(archive.files()).toEqual(['index.js', 'a/b.js'])
      expect(Buffer.from(await archive.read('a/b.js')).toString()).toBe('x')
      await inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, digester)
    },
  )

  test('inspected -> every byte is read once, and held by the piece', async () => {
    const { bundle, file } = store(await packed({ 'index.js': '', 'big.bin': noise(16 * MIB) }))
    await inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, digester)
    expect(file.bytesRead).toBeLessThan(file.size + 4 * MIB)
    expect(Math.max(...file.reads.map(({ length }) => length))).toBeLessThanOrEqual(MIB)
  })

  test('inspected, many small files -> the store is asked once a MiB', async () => {
    const entries = Array.from({ length: 400 }, (_, at) => ({
      name: `${at}`,
      method: (at % 2) * 8,
      content: noise(10_000),
    }))
    const { bundle, file } = store(oddZip([ENTRY, ...entries]))
    await inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, digester)
    expect(file.reads.length).toBeLessThan(20)
    expect(file.bytesRead).toBeLessThan(file.size + MIB)
  })

  test('closed while it is inspected -> closed', async () => {
    const { bundle, file } = store(await packed({ 'index.js': '', 'big.bin': noise(16 * MIB) }))
    const inspecting = inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, digester)
    const failing = failureOf(inspecting)
    while (file.bytesRead < 2 * MIB) await new Promise(setImmediate)
    await bundle.close()
    expect(await failing).toBeInstanceOf(ClosedError)
    expect(file.bytesRead).toBeLessThan(8 * MIB)
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
    await inspectArchive(bundle, { format: 'file', entry: 'plugin.js' }, digester)
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

describe('an installed archive whose stored bytes were damaged', () => {
  const zip = oddZip([
    ENTRY,
    { name: 'a.bin', content: noise(5000) },
    { name: 'b.bin', method: 8, content: noise(5000) },
  ])

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
})

test('no zip at all -> archive', async () => {
  for (const bytes of [new Uint8Array(), noise(10), noise(100_000), Buffer.from('<!doctype html>')]) {
    expect(await failureOf(open(bytes))).toBeInstanceOf(ArchiveError)
  }
})
