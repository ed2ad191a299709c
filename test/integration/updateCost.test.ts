import { createCipheriv } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNodeDigester } from '../../src/adapters/nodeDigester.js'
import { toHex } from '../../src/domain/bytes.js'
import { ChunkMap } from '../../src/domain/chunks.js'
import { inspectArchive, openArchive } from '../../src/plugins/archive.js'
import { type PackOptions, packBundle } from '../../src/publish/index.js'
import { store } from '../unit/plugins/memoryBundle.js'

const KIB = 1024
const MIB = KIB * KIB
/** Around a change: the chunk it is in, those that end elsewhere because of it, and the directory's. */
const EDGE_BYTES = 640 * KIB

type Files = ReadonlyMap<string, Uint8Array>

interface Version {
  readonly size: number
  readonly map: ChunkMap
}

/** Some 7 MB packed: pictures that do not shrink, a text that does, and the small files of an app. */
function firstVersion(): Files {
  const files = new Map<string, Uint8Array>([['index.js', Buffer.from('export {}')]])
  for (let at = 0; at < 6; at++) files.set(`img/${at}.png`, noise(MIB, at + 1))
  for (let at = 0; at < 50; at++) files.set(`src/${at}.js`, lines(20 * (at % 20), at + 1))
  return files.set('data/words.txt', lines(70_000, 3))
}

/** The same for the same seed, and without the pattern that a plain congruential generator has. */
function noise(length: number, seed: number): Uint8Array {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(length))
}

/** As source text it shrinks to a quarter. */
function lines(count: number, seed: number): Uint8Array {
  return Buffer.from([...noise(count, seed)].map((word, line) => `${line * 7919} says ${word * 104729}\n`).join(''))
}

const FILES = firstVersion()

let root: string
let first: Version
let packed = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-update-'))
  first = await pack(FILES)
})

afterAll(() => rm(root, { recursive: true, force: true }))

async function pack(files: Files, options: Partial<PackOptions> = {}): Promise<Version> {
  const folder = join(root, String(packed++))
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, 'in', path)), { recursive: true })
    await writeFile(join(folder, 'in', path), content)
  }
  const about = { id: 'acme.charts', version: '1.0.0', input: join(folder, 'in'), outDir: join(folder, 'out') }
  const { manifest, bundlePath } = await packBundle({ ...about, ...options })
  await expectReadable(await readFile(bundlePath), files)
  const { size, chunks } = manifest.bundle
  if (!chunks) throw new Error('no chunks')
  return { size, map: ChunkMap.from(size, chunks) }
}

async function expectReadable(bytes: Uint8Array, files: Files): Promise<void> {
  const description = { format: 'zip', entry: 'index.js' } as const
  await inspectArchive(store(bytes).bundle, description, createNodeDigester())
  const archive = await openArchive(store(bytes).bundle, description)
  expect(new Set(archive.files())).toEqual(new Set(files.keys()))
  for (const [path, content] of files) expect(Buffer.from(await archive.read(path)).equals(content)).toBe(true)
}

function fetchedBytes(old: Version, next: Version): number {
  return missing(old, next).reduce((sum, index) => sum + next.map.length(index), 0)
}

/** The chunks that `next` has and `old` has not. */
function missing(old: Version, next: Version): number[] {
  const known = new Set(digests(old))
  return digests(next).flatMap((digest, index) => (known.has(digest) ? [] : [index]))
}

function digests({ map }: Version): string[] {
  return Array.from({ length: map.count }, (_, index) => toHex(map.digest(index)))
}

function edited(edit: (files: Map<string, Uint8Array>) => unknown): Files {
  const files = new Map(FILES)
  edit(files)
  return files
}

/** `content` goes in where `removed` bytes come out. */
function spliced(files: Map<string, Uint8Array>, path: string, removed: number, content: Uint8Array): void {
  const old = files.get(path) ?? new Uint8Array()
  const at = Math.floor(old.length / 2)
  files.set(path, Buffer.concat([old.subarray(0, at), content, old.subarray(at + removed)]))
}

function moved(files: Map<string, Uint8Array>, from: string, to: string): void {
  files.set(to, files.get(from) ?? new Uint8Array())
  files.delete(from)
}

describe('an update fetches what changed and the chunks at its edges', () => {
  test.each<[string, number, (files: Map<string, Uint8Array>) => unknown]>([
    ['nothing changed', -EDGE_BYTES, () => {}],
    ['one byte of a text changed', 0, (files) => spliced(files, 'data/words.txt', 1, Buffer.from('#'))],
    ['bytes inserted in the middle of a text', 5000, (files) => spliced(files, 'data/words.txt', 0, lines(200, 9))],
    ['bytes removed from the middle of a text', 0, (files) => spliced(files, 'data/words.txt', 9999, Buffer.of())],
    ['a part of a picture changed', 90_000, (files) => spliced(files, 'img/3.png', 90_000, noise(90_000, 77))],
    ['bytes inserted in a picture', 1, (files) => spliced(files, 'img/3.png', 0, Buffer.of(7))],
    ['a picture renamed', EDGE_BYTES, (files) => moved(files, 'img/2.png', 'img/z.png')],
    ['a text renamed', EDGE_BYTES, (files) => moved(files, 'data/words.txt', 'src/words.txt')],
    ['a small file added', 10_000, (files) => files.set('src/30a.js', lines(500, 5))],
    ['a picture added in front', 200_000, (files) => files.set('a.png', noise(200_000, 99))],
    ['a picture removed', 0, (files) => files.delete('img/1.png')],
  ])('%s', async (_, changedBytes, edit) => {
    const fetched = fetchedBytes(first, await pack(edited(edit)))
    expect(fetched).toBeLessThanOrEqual(changedBytes + EDGE_BYTES)
  })

  test('a small file changed in a bundle of small files -> two chunks', async () => {
    const small = new Map([...FILES].filter(([path]) => !/png|txt/.test(path)))
    const next = new Map(small).set('src/30.js', lines(20, 8))
    const [old, updated] = [await pack(small), await pack(next)]
    expect(missing(old, updated)).toHaveLength(2)
    expect(missing(old, updated)).toContain(updated.map.count - 1)
  })

  test('where chunks of one length fetch nearly all that follows', async () => {
    const options = { chunkLength: 128 * KIB }
    const fixed = await pack(FILES, options)
    const next = await pack(
      edited((files) => files.set('a.txt', Buffer.from('new'))),
      options,
    )
    expect(fetchedBytes(fixed, next) / next.size).toBeGreaterThan(0.95)
    expect(first.size).toBe(fixed.size)
  })
})
