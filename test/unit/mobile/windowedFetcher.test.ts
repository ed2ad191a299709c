import { describe, expect, it } from 'vitest'
import { createKyFetcher } from '../../../src/adapters/kyFetcher.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import { createWindowedFetcher } from '../../../src/adapters/windowedFetcher.js'
import type { ByteSource, FetchAnswer } from '../../../src/ports/fetcher.js'
import { createScriptedOrigin, dropAfter, ignoreRange, seededBytes } from '../../../src/testing/index.js'

const BYTES = seededBytes(1000, 'windows')

function stage() {
  const origin = createScriptedOrigin()
  origin.put('/file', BYTES)
  const clock = createSystemClock()
  const inner = createKyFetcher({ clock, fetch: origin.fetch, redirects: 'manual' })
  const fetcher = createWindowedFetcher(inner, 300)
  const open = (range: { offset: number; last?: number } | undefined): Promise<FetchAnswer> =>
    fetcher.open({
      url: origin.urlOf('/file'),
      range,
      signal: new AbortController().signal,
      timeouts: { headersMs: 10_000 },
    })
  return { origin, open, ranges: () => origin.requests.map(({ headers }) => headers.range) }
}

async function readAll(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (;;) {
    const target = new Uint8Array(128)
    const count = await source.readInto(target)
    if (count === 0) return Buffer.concat(pieces)
    pieces.push(target.subarray(0, count))
  }
}

describe('windowedFetcher', () => {
  it('a long range -> one answer, asked for in windows, and each only when the one before was read', async () => {
    const { open, ranges } = stage()
    const answer = await open({ offset: 100 })
    expect(answer.status).toBe(206)
    expect(answer.length).toBe(900)
    expect(answer.header('content-range')).toBe('bytes 100-999/1000')
    expect(answer.header('content-length')).toBe('900')
    expect(ranges()).toEqual(['bytes=100-399'])
    expect(Buffer.compare(await readAll(answer.body), BYTES.subarray(100))).toBe(0)
    expect(ranges()).toEqual(['bytes=100-399', 'bytes=400-699', 'bytes=700-999'])
  })

  it.each([
    [{ offset: 0, last: 699 }, 700, 3],
    [{ offset: 0, last: 299 }, 300, 1],
    [{ offset: 900 }, 100, 1],
    [{ offset: 0, last: 5000 }, 1000, 4],
  ])('the range %j -> %s bytes in %s requests', async (range, length, requests) => {
    const { open, ranges } = stage()
    const answer = await open(range)
    expect((await readAll(answer.body)).length).toBe(length)
    expect(ranges()).toHaveLength(requests)
  })

  it('no range -> asked as it is', async () => {
    const { open, ranges } = stage()
    expect((await readAll((await open(undefined)).body)).length).toBe(1000)
    expect(ranges()).toEqual([undefined])
  })

  it('a server that does not know ranges -> its whole answer', async () => {
    const { origin, open, ranges } = stage()
    origin.script('/file', ignoreRange())
    const answer = await open({ offset: 0 })
    expect(answer.status).toBe(200)
    expect((await readAll(answer.body)).length).toBe(1000)
    expect(ranges()).toHaveLength(1)
  })

  it('another file lies there meanwhile -> a network error, and nothing of it', async () => {
    const { origin, open } = stage()
    const { body } = await open({ offset: 0 })
    const target = new Uint8Array(300)
    for (let read = 0; read < 300; ) read += await body.readInto(target.subarray(read))
    origin.put('/file', seededBytes(1000, 'another'))
    await expect(body.readInto(target)).rejects.toMatchObject({ code: 'network' })
  })

  it('a window is cut -> the bytes before it, and no request of its own', async () => {
    const { origin, open, ranges } = stage()
    origin.script('/file', dropAfter(120))
    const { body } = await open({ offset: 0 })
    await expect(readAll(body)).rejects.toMatchObject({ code: 'network' })
    expect(ranges()).toHaveLength(1)
  })

  it('cancelled between two windows -> the next is not asked for', async () => {
    const { open, ranges } = stage()
    const { body } = await open({ offset: 0 })
    await body.cancel()
    expect(await body.readInto(new Uint8Array(10)).catch(() => 0)).toBe(0)
    expect(ranges()).toHaveLength(1)
  })
})
