import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzip } from 'unzipit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ChunkMap } from '../../src/domain/chunks.js'
import { parseManifest } from '../../src/domain/manifest.js'
import { packBundle } from '../../src/publish/index.js'

let root: string
let out: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-publish-'))
  out = join(root, 'out')
})

afterEach(() => rm(root, { recursive: true, force: true }))

async function folder(files: Record<string, string | Uint8Array>, name = 'in'): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true })
    await writeFile(join(root, name, path), content)
  }
  return join(root, name)
}

function sri(bytes: Uint8Array): string {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`
}

const about = { id: 'acme.charts', version: '2.1.0' }

describe('packing a folder', () => {
  test('gives an archive with every file, dotfiles and node_modules too, and a manifest that describes each', async () => {
    const files = { 'index.js': 'export {}', '.env': 'A=1', 'node_modules/a/b.js': 'b', 'ä/π.txt': 'π' }
    const { manifest, bundlePath, manifestPath } = await packBundle({
      ...about,
      name: 'Charts',
      input: await folder(files),
      outDir: out,
    })

    expect(bundlePath).toBe(join(out, 'acme.charts-2.1.0.zip'))
    expect(manifest).toMatchObject({
      ...about,
      name: 'Charts',
      entry: 'index.js',
      bundle: { format: 'zip', urls: ['acme.charts-2.1.0.zip'] },
    })
    expect(manifest).toEqual(parseManifest(JSON.parse(await readFile(manifestPath, 'utf8'))))
    const { entries } = await unzip(new Uint8Array(await readFile(bundlePath)))
    expect(Object.keys(entries).sort()).toEqual(Object.keys(files).sort())
    for (const [path, text] of Object.entries(files)) {
      expect(await entries[path]?.text()).toBe(text)
      expect(manifest.files?.[path]).toEqual({ size: Buffer.byteLength(text), integrity: sri(Buffer.from(text)) })
    }
  })

  test('cuts the bundle into chunks whose digests are those of its bytes', async () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251))
    const { manifest, bundlePath } = await packBundle({
      ...about,
      input: await folder({ 'index.js': '', 'a.zip': noise }),
      outDir: out,
      chunkLength: 1024,
    })
    const bytes = await readFile(bundlePath)
    const { size, integrity, chunks } = manifest.bundle

    expect(size).toBe(bytes.length)
    expect(integrity).toBe(sri(bytes))
    if (!chunks) throw new Error('no chunks')
    const map = ChunkMap.from(size, chunks)
    expect(map.count).toBe(Math.ceil(size / 1024))
    for (let index = 0; index < map.count; index++) {
      const chunk = bytes.subarray(map.offset(index), map.offset(index + 1))
      expect(Buffer.from(map.digest(index))).toEqual(createHash('sha256').update(chunk).digest())
    }
  })

  test('writes a line of manifest for each file, and one for the lengths of all chunks', async () => {
    const input = await folder({ 'index.js': '', 'lib/"lengths": [1,': '', 'a.zip': Buffer.alloc(400_000) })
    const { manifestPath, manifest } = await packBundle({ ...about, input, outDir: out })
    const lines = (await readFile(manifestPath, 'utf8')).split('\n').map((line) => line.trim())
    expect(lines).toContain(`"index.js": { "size": 0, "integrity": "${sri(Buffer.of())}" },`)
    expect(lines).toContain(`"lengths": ${JSON.stringify(manifest.bundle.chunks?.lengths)},`)
    expect(Object.keys(manifest.files ?? {})).toHaveLength(3)
  })

  test('begins a chunk with the directory, which is another in every version', async () => {
    const { manifest, bundlePath } = await packBundle({
      ...about,
      input: await folder({ 'index.js': 'export {}' }),
      outDir: out,
    })
    const bytes = await readFile(bundlePath)
    const directoryOffset = bytes.readUInt32LE(bytes.length - 6)
    expect(manifest.bundle.chunks?.lengths).toEqual([directoryOffset, bytes.length - directoryOffset])
  })

  test('twice, at other times of writing, gives the same bytes', async () => {
    const files = { 'index.js': 'x', 'B.js': 'b', 'a.js': 'a', 'lib/z.png': 'z', '\u{1F600}.js': 'e', '\uFF5E.js': 'w' }
    const first = await packBundle({ ...about, input: await folder(files), outDir: out })
    const again = await folder(Object.fromEntries(Object.entries(files).reverse()), 'again')
    await utimes(join(again, 'index.js'), 1e9, 1e9)
    const second = await packBundle({ ...about, input: again, outDir: join(root, 'out2') })

    expect(await readFile(second.bundlePath)).toEqual(await readFile(first.bundlePath))
    expect(await readFile(second.manifestPath)).toEqual(await readFile(first.manifestPath))
    expect(Object.keys(first.manifest.files ?? {})).toEqual([
      'B.js',
      'a.js',
      'index.js',
      'lib/z.png',
      '\uFF5E.js',
      '\u{1F600}.js',
    ])
  })

  test.each([
    ['exports', { exports: { '.': { types: './x.d.ts', import: './esm/main.mjs' } }, main: 'cjs.js' }, 'esm/main.mjs'],
    ['exports as a path', { exports: './esm/main.mjs' }, 'esm/main.mjs'],
    ['module', { module: 'esm/main.mjs', main: 'cjs.js' }, 'esm/main.mjs'],
    ['main without its extension', { main: './cjs' }, 'cjs.js'],
    ['main that names a folder', { main: 'esm' }, 'esm/index.js'],
    ['nothing that exists', { exports: './gone.js', main: 'gone.js' }, 'index.js'],
  ])('finds the entry by %s', async (_, packageJson, entry) => {
    const files = {
      'esm/main.mjs': '',
      'esm/index.js': '',
      'cjs.js': '',
      'index.js': '',
      'package.json': JSON.stringify(packageJson),
    }
    expect((await packBundle({ ...about, input: await folder(files), outDir: out })).manifest.entry).toBe(entry)
  })

  test('of files that shrink to nothing gives no archive that looks like a bomb', async () => {
    const files = { 'index.js': '', 'empty.bin': Buffer.alloc(9_000_000), 'dense.bin': Buffer.alloc(1_000_000, 'a') }
    const { bundlePath } = await packBundle({ ...about, input: await folder(files), outDir: out })
    const { entries } = await unzip(new Uint8Array(await readFile(bundlePath)))
    for (const [path, content] of Object.entries(files)) {
      const packedBytes = entries[path]?.compressedSize ?? 0
      expect(packedBytes).toBeLessThan(content.length / 500 + 100)
      expect(content.length).toBeLessThanOrEqual(packedBytes * 1000)
      expect(Buffer.from(content).equals(Buffer.from((await entries[path]?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(
        true,
      )
    }
  })
})

describe('packing a file', () => {
  test('copies it and makes it the entry', async () => {
    const input = join(await folder({ 'big.model.bin': 'bytes' }), 'big.model.bin')
    const { manifest, bundlePath } = await packBundle({ ...about, input, outDir: out })

    expect(bundlePath).toBe(join(out, 'acme.charts-2.1.0.bin'))
    expect(await readFile(bundlePath, 'utf8')).toBe('bytes')
    expect(manifest).toMatchObject({
      entry: 'big.model.bin',
      bundle: { format: 'file', size: 5, integrity: sri(Buffer.from('bytes')) },
    })
    expect(manifest.files).toEqual({ 'big.model.bin': { size: 5, integrity: sri(Buffer.from('bytes')) } })
  })

  test('of no bytes gives a bundle of no chunks', async () => {
    const { manifest } = await packBundle({ ...about, input: join(await folder({ 'a.js': '' }), 'a.js'), outDir: out })
    expect(manifest.bundle).toMatchObject({ size: 0, chunks: { digests: '' } })
  })
})

describe('what cannot be packed is named, and nothing is written', () => {
  const input = () => folder({ 'index.js': '' })

  test.each([
    ['an id with capitals', { id: 'Acme' }, { code: 'manifest', message: expect.stringMatching(/\bid\b/) }],
    [
      'a version that is not SemVer',
      { version: '1.0' },
      { code: 'manifest', message: expect.stringMatching(/version/) },
    ],
    [
      'an entry that is not there',
      { entry: 'gone.js' },
      { code: 'manifest', message: expect.stringMatching(/gone\.js/) },
    ],
    ['a chunk length of nothing', { chunkLength: 0 }, { code: 'manifest', message: expect.stringMatching(/chunks/) }],
  ])('%s', async (_, options, error) => {
    await expect(packBundle({ ...about, input: await input(), outDir: out, ...options })).rejects.toMatchObject(error)
    expect(await readdir(root)).toEqual(['in'])
  })

  test.each([
    ['a name that some platforms cannot hold', { 'lib/aux.js': '' }, /lib\/aux\.js.*Windows/],
    ['two names that differ by case', { 'Readme.md': '', 'README.md': '' }, /README\.md|Readme\.md/],
    ['a name that is too long', { [`${'ä'.repeat(100)}/`.repeat(5) + 'ä'.repeat(100)]: '' }, /1024 bytes/],
    ['two names that differ by normalisation', { 'é.js': '', 'e\u0301.js': '' }, /é\.js/],
  ])('%s', async (_, files, message) => {
    await folder(files)
    const packing = packBundle({ ...about, input: await input(), outDir: out })
    await expect(packing).rejects.toMatchObject({ code: 'archive', message: expect.stringMatching(message) })
    expect(await readdir(root)).toEqual(['in'])
  })

  test('more files than a manifest can name', async () => {
    const deep = `${'d'.repeat(250)}/`.repeat(3)
    const names = Array.from({ length: 5000 }, (_, at) => [`${deep}${at}`, ''])
    const packing = packBundle({
      ...about,
      input: await folder({ 'index.js': '', ...Object.fromEntries(names) }),
      outDir: out,
    })
    await expect(packing).rejects.toMatchObject({ code: 'manifest', message: expect.stringMatching(/5001 files/) })
    expect(await readdir(root)).toEqual(['in'])
  })

  test('more bytes than an archive can hold', async () => {
    const file = await open(join(await input(), 'big.bin'), 'w')
    await file.truncate(2 ** 32 - 1000)
    await file.close()
    const packing = packBundle({ ...about, input: join(root, 'in'), outDir: out })
    await expect(packing).rejects.toMatchObject({ code: 'archive', message: expect.stringMatching(/4 GiB/) })
    expect(await readdir(root)).toEqual(['in'])
  })

  test('a symbolic link', async () => {
    await symlink('index.js', join(await input(), 'link.js'))
    const packing = packBundle({ ...about, input: join(root, 'in'), outDir: out })
    await expect(packing).rejects.toMatchObject({
      code: 'archive',
      path: 'link.js',
      message: expect.stringMatching(/symbolic link/),
    })
  })

  test('a folder without files', async () => {
    await mkdir(join(root, 'empty/below'), { recursive: true })
    await expect(packBundle({ ...about, input: join(root, 'empty'), outDir: out })).rejects.toMatchObject({
      code: 'archive',
    })
  })

  test('a folder without an entry asks for --entry', async () => {
    const packing = packBundle({ ...about, input: await folder({ 'a.js': '' }, 'other'), outDir: out })
    await expect(packing).rejects.toMatchObject({ code: 'manifest', message: expect.stringMatching(/--entry/) })
  })

  test('an input that is not there', async () => {
    await expect(packBundle({ ...about, input: join(root, 'gone') })).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/gone/),
    })
  })

  test('an output folder inside the input', async () => {
    const packing = packBundle({ ...about, input: await input(), outDir: join(root, 'in') })
    await expect(packing).rejects.toMatchObject({ code: 'archive', message: expect.stringMatching(/--out/) })
    expect(await readdir(join(root, 'in'))).toEqual(['index.js'])
  })

  test('a run that was aborted', async () => {
    const packing = packBundle({ ...about, input: await input(), outDir: out, signal: AbortSignal.abort() })
    await expect(packing).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(out)).toEqual([])
  })
})

describe('a real package', () => {
  const input = fileURLToPath(new URL('../../node_modules/es-module-lexer', import.meta.url))
  const zone = process.env.TZ

  afterEach(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  test('packs to the same bytes in any time zone', async () => {
    const bundles: Buffer[] = []
    for (const [TZ, offset] of [
      ['Pacific/Kiritimati', -840],
      ['Pacific/Pago_Pago', 660],
    ] as const) {
      process.env.TZ = TZ
      expect(new Date().getTimezoneOffset()).toBe(offset)
      const { bundlePath } = await packBundle({ ...about, input, outDir: join(root, TZ) })
      bundles.push(await readFile(bundlePath))
    }
    expect(bundles[0]?.equals(bundles[1] ?? Buffer.of())).toBe(true)
  })
})
