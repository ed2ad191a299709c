import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bytes, equalBytes } from '../../src/domain/bytes.js'
import type { ByteSource, FetchAnswer, Fetcher, FetchRequest } from '../../src/ports/fetcher.js'

/** A fetcher, and one file that it can reach. */
export interface FetcherSubject {
  readonly fetcher: Fetcher
  /** Holds {@link FETCHED_BYTES}. */
  readonly url: string
  readonly missingUrl: string
  /** Whether the length of a body cannot be known before it was read. @default false */
  readonly hidesLengths?: boolean
  dispose(): void | Promise<void>
}

export const FETCHED_BYTES: Bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7 + (at >> 8)) % 256)

/** A request with nothing special about it. */
export function requestFor(url: string, part: Partial<FetchRequest> = {}): FetchRequest {
  return { url, signal: new AbortController().signal, timeouts: { headersMs: 30_000 }, ...part }
}

/** Reads until the end, into a buffer that is smaller than most pieces. */
export async function readAll(source: ByteSource, bufferBytes = 10_000): Promise<Bytes> {
  const pieces: number[] = []
  const buffer = new Uint8Array(bufferBytes)
  for (;;) {
    const count = await source.readInto(buffer)
    if (count === 0) return Uint8Array.from(pieces)
    pieces.push(...buffer.subarray(0, count))
  }
}

/** Vitest compares long arrays slowly, and prints them whole. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length)
  expect(equalBytes(actual, expected)).toBe(true)
}

/** What every {@link Fetcher} owes, whoever makes it. */
export function describeFetcherContract(
  name: string,
  makeSubject: () => FetcherSubject | Promise<FetcherSubject>,
): void {
  describe(`${name} as a Fetcher`, () => {
    let subject: FetcherSubject

    beforeEach(async () => {
      subject = await makeSubject()
    })
    afterEach(() => subject.dispose())

    const open = (part: Partial<FetchRequest> = {}): Promise<FetchAnswer> =>
      subject.fetcher.open(requestFor(subject.url, part))

    it('no range -> 200 and the whole file', async () => {
      const answer = await open()
      expect(answer.status).toBe(200)
      expect(answer.url).toBe(subject.url)
      expectBytes(await readAll(answer.body), FETCHED_BYTES)
    })

    it('from the start on -> 206 all the same, with Content-Range', async () => {
      const answer = await open({ range: { offset: 0 } })
      expect(answer.status).toBe(206)
      expect(answer.header('content-range')).toBe('bytes 0-99999/100000')
      expectBytes(await readAll(answer.body), FETCHED_BYTES)
    })

    it('from an offset on -> 206 and the rest', async () => {
      const answer = await open({ range: { offset: 75_000 } })
      expect(answer.status).toBe(206)
      expectBytes(await readAll(answer.body), FETCHED_BYTES.subarray(75_000))
    })

    it('from an offset to another, included -> exactly that', async () => {
      const answer = await open({ range: { offset: 10, last: 19 } })
      expect(answer.header('content-range')).toBe('bytes 10-19/100000')
      expectBytes(await readAll(answer.body), FETCHED_BYTES.subarray(10, 20))
    })

    it('a body whose length is certain -> that is known before', async () => {
      const certain = (length: number) => (subject.hidesLengths ? undefined : length)
      for (const [range, length] of [[undefined, 100_000] as const, [{ offset: 10, last: 19 }, 10] as const]) {
        const answer = await open({ range })
        expect(answer.length).toBe(certain(length))
        expect(await readAll(answer.body)).toHaveLength(length)
      }
    })

    it('past the end -> 416 is an answer, not an error', async () => {
      const answer = await open({ range: { offset: 100_000 } })
      expect(answer.status).toBe(416)
      expect(answer.header('content-range')).toBe('bytes */100000')
      await answer.body.cancel()
    })

    it('nothing there -> 404 is an answer, not an error', async () => {
      const answer = await subject.fetcher.open(requestFor(subject.missingUrl))
      expect(answer.status).toBe(404)
      await answer.body.cancel()
    })

    it('a header that was not sent -> undefined', async () => {
      const answer = await open()
      expect(answer.header('x-unheard-of')).toBeUndefined()
      await answer.body.cancel()
    })

    it("read into the middle of a buffer -> what lies around it stays, and the buffer is still the caller's", async () => {
      const { body } = await open()
      const around = new Uint8Array(100).fill(9)
      const count = await body.readInto(around.subarray(40, 60))
      expect(count).toBeGreaterThan(0)
      expect(count).toBeLessThanOrEqual(20)
      expect(around.subarray(40, 40 + count)).toEqual(FETCHED_BYTES.subarray(0, count))
      expect(around.subarray(0, 40)).toEqual(new Uint8Array(40).fill(9))
      expect(around.subarray(60)).toEqual(new Uint8Array(40).fill(9))
      await body.cancel()
    })

    it('read on after the end -> still the end', async () => {
      const { body } = await open({ range: { offset: 99_999 } })
      expect(await readAll(body)).toHaveLength(1)
      expect(await body.readInto(new Uint8Array(10))).toBe(0)
    })

    it('aborted before -> rejects with the reason, and with nothing else', async () => {
      const reason = new Error('not any more')
      await expect(open({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    })

    it('aborted while it is read -> the next read rejects with the reason', async () => {
      const controller = new AbortController()
      const { body } = await open({ signal: controller.signal })
      await body.readInto(new Uint8Array(10))
      const reason = new Error('not any more')
      controller.abort(reason)
      await expect(body.readInto(new Uint8Array(10))).rejects.toBe(reason)
      await body.cancel()
    })

    it('cancelled, twice, and after the end -> never an error', async () => {
      const { body } = await open()
      await body.readInto(new Uint8Array(10))
      await body.cancel()
      await body.cancel()
      const whole = await open()
      await readAll(whole.body)
      await whole.body.cancel()
    })

    it('many at once -> each its own bytes', async () => {
      const parts = await Promise.all(
        [0, 25_000, 50_000, 75_000].map((offset) => open({ range: { offset, last: offset + 24_999 } })),
      )
      const bytes = await Promise.all(parts.map(({ body }) => readAll(body)))
      for (const [at, part] of bytes.entries())
        expectBytes(part, FETCHED_BYTES.subarray(at * 25_000, (at + 1) * 25_000))
    })
  })
}
