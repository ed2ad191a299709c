import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BackgroundFetchRecord } from '../../src/adapters/backgroundFetchPlatform.js'
import { keepFetched } from '../../src/adapters/backgroundFetchRecords.js'
import { openOpfsPieces } from '../../src/adapters/opfsPieces.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { createWebCryptoDigester } from '../../src/adapters/webCryptoDigester.js'
import { ChunkMap } from '../../src/domain/chunks.js'
import type { OpenBundle } from '../../src/domain/openBundles.js'
import { buildPlugin } from '../../src/testing/builders.js'
import { folderOf, freshName, removeFolderOf, startEngine, writeForeign } from './engineWorker.js'

type Bytes = Uint8Array<ArrayBuffer>

const CHUNK = 1000
const SIZE = 5 * CHUNK - 1

let name: string

beforeEach(() => {
  name = freshName()
})
afterEach(() => removeFolderOf(name))

async function makeBundle(partialKey: string): Promise<OpenBundle & { readonly bytes: Bytes }> {
  const { bytes, manifest } = await buildPlugin({ id: partialKey, size: SIZE, chunkLengths: CHUNK })
  const { chunks, size } = manifest.bundle
  if (!chunks) throw new Error('There are no chunks')
  return { partialKey, bytes, map: ChunkMap.from(size, chunks) }
}

/** Chunks `first` to `last` were asked for; that is the answer. */
function record(first: number, last: number, body: Bytes | Promise<Response>): BackgroundFetchRecord {
  const range = `bytes=${first * CHUNK}-${Math.min(SIZE, (last + 1) * CHUNK) - 1}`
  const request = new Request('https://cdn.example/a.bin', { headers: { range } })
  return { request, responseReady: body instanceof Promise ? body : Promise.resolve(new Response(body)) }
}

function partOf(bytes: Bytes, first: number, last: number): Bytes {
  return bytes.slice(first * CHUNK, (last + 1) * CHUNK)
}

async function keep(
  records: readonly BackgroundFetchRecord[],
  bundles: readonly OpenBundle[],
  allowedOrigins?: readonly string[],
): Promise<void> {
  const digester = createWebCryptoDigester()
  await keepFetched(records, { name, bundles, allowedOrigins, timers: createSystemClock(), digester })
}

/** First chunk, bytes and number of chunks of each piece. */
async function piecesOf(partialKey: string) {
  const folder = await folderOf(name, 'partials')
  const pieces = await openOpfsPieces(folder, partialKey, (piece) => folder.removeEntry(piece))
  return Promise.all(pieces.map(async (piece) => ({ first: piece.firstChunk, bytes: await piece.read(0, piece.size) })))
}

describe('what a background fetch has brought', () => {
  it('the part that was asked for -> a piece with its bytes', async () => {
    const bundle = await makeBundle('one')
    await keep([record(1, 2, partOf(bundle.bytes, 1, 2)), record(4, 4, partOf(bundle.bytes, 4, 4))], [bundle])
    expect(await piecesOf('one')).toEqual([
      { first: 1, bytes: partOf(bundle.bytes, 1, 2) },
      { first: 4, bytes: partOf(bundle.bytes, 4, 4) },
    ])
  })

  it('the whole file instead of a part -> a piece with what was asked for, no more', async () => {
    const bundle = await makeBundle('one')
    await keep([record(1, 2, bundle.bytes), record(3, 4, bundle.bytes)], [bundle])
    expect(await piecesOf('one')).toEqual([
      { first: 1, bytes: partOf(bundle.bytes, 1, 2) },
      { first: 3, bytes: partOf(bundle.bytes, 3, 4) },
    ])
  })

  it('a chunk in the middle is damaged -> a piece before it and one behind it', async () => {
    const bundle = await makeBundle('one')
    const bytes = partOf(bundle.bytes, 0, 4)
    bytes[2 * CHUNK] = (bytes[2 * CHUNK] ?? 0) ^ 1
    await keep([record(0, 4, bytes)], [bundle])
    const found = await piecesOf('one')
    expect(found.map(({ first, bytes: { length } }) => [first, length])).toEqual([
      [0, 2 * CHUNK],
      [3, 2 * CHUNK - 1],
    ])
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['other bytes', new Uint8Array(2 * CHUNK)],
    ['a page', new TextEncoder().encode('<!doctype html>Sign in')],
  ])('%s -> no piece', async (_, body) => {
    const bundle = await makeBundle('one')
    await keep([record(1, 2, body)], [bundle])
    expect(await piecesOf('one')).toEqual([])
  })

  it('it ends early -> the chunks that are whole', async () => {
    const bundle = await makeBundle('one')
    await keep([record(1, 3, partOf(bundle.bytes, 1, 3).slice(0, CHUNK + 7))], [bundle])
    expect(await piecesOf('one')).toEqual([{ first: 1, bytes: partOf(bundle.bytes, 1, 1) }])
  })

  it('one never came, one was lost, one was asked for by somebody else -> the others are kept', async () => {
    const bundle = await makeBundle('one')
    const never = new Promise<Response>(() => {})
    const lost = Promise.reject(new Error('lost'))
    const foreign = {
      request: new Request('https://cdn.example/a.bin'),
      responseReady: Promise.resolve(new Response(bundle.bytes)),
    }
    await keep([record(0, 0, never), record(1, 1, lost), foreign, record(2, 2, partOf(bundle.bytes, 2, 2))], [bundle])
    expect((await piecesOf('one')).map(({ first }) => first)).toEqual([2])
  })

  it('several bundles are being filled -> each gets what is its own', async () => {
    const one = await makeBundle('one')
    const two = await makeBundle('two')
    await keep([record(1, 2, partOf(two.bytes, 1, 2)), record(1, 1, partOf(one.bytes, 1, 1))], [one, two])
    expect(await piecesOf('one')).toEqual([{ first: 1, bytes: partOf(one.bytes, 1, 1) }])
    expect(await piecesOf('two')).toEqual([{ first: 1, bytes: partOf(two.bytes, 1, 2) }])
  })

  it.each([
    ['another origin, and any may', 'https://mirror.example/a.bin', undefined, [1]],
    ['another origin that is listed', 'https://mirror.example/a.bin', ['https://mirror.example'], [1]],
    ['another origin that is not listed', 'https://evil.example/a.bin', ['https://cdn.example'], []],
    ['one without TLS', 'http://cdn.example/a.bin', undefined, []],
    ['one without TLS that is listed', 'http://cdn.example/a.bin', ['http://cdn.example'], []],
  ])('redirects led to %s -> as the dock would have it', async (_, url, allowedOrigins, firsts) => {
    const bundle = await makeBundle('one')
    const response = new Response(partOf(bundle.bytes, 1, 2))
    Object.defineProperty(response, 'url', { value: url })
    await keep([record(1, 2, Promise.resolve(response))], [bundle], allowedOrigins)
    expect((await piecesOf('one')).map(({ first }) => first)).toEqual(firsts)
  })

  it('no download is open -> nothing is kept', async () => {
    const bundle = await makeBundle('one')
    await keep([record(1, 2, partOf(bundle.bytes, 1, 2))], [])
    expect(await piecesOf('one')).toEqual([])
  })
})

describe('pieces beside a partial', () => {
  it('they count towards it, and are deleted with it', async () => {
    const engine = await startEngine(name)
    await engine.lead(1)
    const folder = await folderOf(name, 'partials')
    await writeForeign(folder, 'key.bgf.0', new Uint8Array(10))
    await writeForeign(folder, 'key.bgf.12', new Uint8Array(5))
    await writeForeign(folder, 'other.bgf.3', new Uint8Array(1))
    const partial = await engine.bundles.openPartial('key')
    await partial.write(0, new Uint8Array(100))
    await partial.close()
    expect(await engine.bundles.list()).toEqual([
      { kind: 'partial', name: 'key', sizeBytes: 115 },
      { kind: 'partial', name: 'other', sizeBytes: 1 },
    ])
    await engine.bundles.deletePartial('key')
    expect(await engine.bundles.list()).toEqual([{ kind: 'partial', name: 'other', sizeBytes: 1 }])
    await engine.close()
  })
})
