import { createServer, type RequestListener } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HopOptions } from '../../src/adapters/redirects.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import type { Clock } from '../../src/ports/clock.js'
import type { Fetcher } from '../../src/ports/fetcher.js'
import {
  always,
  dropAfter,
  gzip,
  hang,
  redirect,
  refuse,
  stall,
  status,
  truncate,
  withoutLength,
} from '../../src/testing/faults.js'
import { createScriptedOrigin, type ScriptedOrigin } from '../../src/testing/scriptedOrigin.js'
import { createVirtualClock } from '../../src/testing/virtualClock.js'
import { describeFetcherContract, expectBytes, FETCHED_BYTES, readAll, requestFor } from './fetcherContract.js'

export type HttpFetcherOptions = HopOptions & { readonly clock: Clock }

/** What every fetcher over HTTP owes, on a real socket. */
export function describeHttpFetcherContract(
  name: string,
  createFetcher: (options: HttpFetcherOptions) => Fetcher,
): void {
  const fetcherWith = (options: Partial<HttpFetcherOptions> = {}) =>
    createFetcher({ clock: createSystemClock(), ...options })

  describeFetcherContract(`${name} over HTTP`, async () => {
    const origin = createScriptedOrigin()
    const { url, close } = await origin.listen()
    origin.put('/file.bin', FETCHED_BYTES)
    return { fetcher: fetcherWith(), url: `${url}/file.bin`, missingUrl: `${url}/missing`, dispose: close }
  })

  describe(`${name} over HTTP`, () => {
    const closers: (() => Promise<void>)[] = []
    let origin: ScriptedOrigin
    let url: string

    const listen = async (other: ScriptedOrigin): Promise<string> => {
      const listening = await other.listen()
      closers.push(listening.close)
      return listening.url
    }
    beforeEach(async () => {
      origin = createScriptedOrigin()
      origin.put('/file.bin', FETCHED_BYTES)
      url = await listen(origin)
    })
    afterEach(async () => {
      for (const close of closers.splice(0)) await close()
    })

    const openFile = (options: Partial<HttpFetcherOptions> = {}, path = '/file.bin') =>
      fetcherWith(options).open(requestFor(`${url}${path}`, { range: { offset: 0 } }))

    it('a range, a validator and headers of the app -> on the wire as they are, uncompressed, past every cache', async () => {
      const fetcher = fetcherWith({ headers: () => ({ authorization: 'Bearer 1', range: 'bytes=5-' }) })
      const range = { offset: 7, last: 9 }
      await (await fetcher.open(requestFor(`${url}/file.bin`, { range, ifRange: '"v1"' }))).body.cancel()
      expect(origin.requests[0]?.headers).toMatchObject({
        range: 'bytes=7-9',
        'if-range': '"v1"',
        authorization: 'Bearer 1',
        'accept-encoding': 'identity',
        'cache-control': 'no-cache',
      })
    })

    it('H18 the validator is stale -> 200 and the whole file', async () => {
      const answer = await fetcherWith().open(requestFor(`${url}/file.bin`, { range: { offset: 7 }, ifRange: '"old"' }))
      expect(answer.status).toBe(200)
      await answer.body.cancel()
    })

    it.each([404, 410, 429, 500, 503])('%i -> an answer, asked for once', async (code) => {
      origin.script('/file.bin', always(status(code, { retryAfter: 7 })))
      const answer = await openFile()
      expect(answer.status).toBe(code)
      expect(answer.header('retry-after')).toBe('7')
      await answer.body.cancel()
      expect(origin.requests).toHaveLength(1)
    })

    it('H32 the connection breaks in the body -> what came before is read, then a network error that names the host', async () => {
      origin.script('/file.bin', dropAfter(5000))
      const { body } = await openFile()
      const read = readAll(body)
      await expect(read).rejects.toMatchObject({ code: 'network', url: `${url}/file.bin` })
      await expect(read).rejects.toThrow(new URL(url).host)
    })

    it('H28 the body ends early without an error -> just an end: lengths are for the caller to check', async () => {
      origin.script('/file.bin', truncate(5000))
      expectBytes(await readAll((await openFile()).body), FETCHED_BYTES.subarray(0, 5000))
    })

    it('no length is said -> none is known', async () => {
      origin.script('/file.bin', withoutLength(), withoutLength('close'))
      for (let count = 0; count < 2; count++) {
        const answer = await openFile()
        expect(answer.length).toBeUndefined()
        expectBytes(await readAll(answer.body), FETCHED_BYTES)
      }
    })

    it('H25 compressed, unasked -> no length that is not that of the bytes that are read', async () => {
      origin.script('/file.bin', gzip())
      const answer = await openFile()
      expect(answer.header('content-encoding')).toBe('gzip')
      const { length } = await readAll(answer.body)
      expect([undefined, length]).toContain(answer.length)
    })

    it('the connection breaks before the headers -> a network error', async () => {
      origin.script('/file.bin', refuse())
      await expect(openFile()).rejects.toMatchObject({
        code: 'network',
        message: expect.stringContaining('broke the connection'),
      })
    })

    it('nobody listens -> a network error that says so', async () => {
      await closers.pop()?.()
      await expect(openFile()).rejects.toMatchObject({
        code: 'network',
        message: `${new URL(url).host} refused the connection (ECONNREFUSED)`,
      })
    })

    it('H33 no headers come -> stalled when the limit has passed, and the connection is given up', async () => {
      origin.script('/file.bin', hang())
      const clock = createVirtualClock()
      const opening = fetcherWith({ clock }).open(requestFor(`${url}/file.bin`, { timeouts: { headersMs: 5000 } }))
      const ended = origin.next('end')
      await origin.next('stall')
      await Promise.all([
        expect(opening).rejects.toMatchObject({
          code: 'stalled',
          afterMs: 5000,
          waitedFor: 'headers',
          url: `${url}/file.bin`,
        }),
        clock.advance(5000),
      ])
      expect(await ended).toMatchObject({ outcome: 'gone' })
      expect(clock.pendingTimers).toBe(0)
    })

    it('headers came in time -> the body may take as long as it likes', async () => {
      origin.script('/file.bin', stall(10))
      const clock = createVirtualClock()
      const stalled = origin.next('stall')
      const { body } = await fetcherWith({ clock }).open(
        requestFor(`${url}/file.bin`, { timeouts: { headersMs: 5000 } }),
      )
      await stalled
      expect(clock.pendingTimers).toBe(0)
      await clock.advance(24 * 3600 * 1000)
      expect(await body.readInto(new Uint8Array(10))).toBe(10)
      await body.cancel()
    })

    it('aborted while it waits for headers -> rejects with the reason, and the connection ends', async () => {
      origin.script('/file.bin', hang())
      const controller = new AbortController()
      const opening = fetcherWith().open(requestFor(`${url}/file.bin`, { signal: controller.signal }))
      await origin.next('stall')
      const ended = origin.next('end')
      controller.abort('reason')
      await expect(opening).rejects.toBe('reason')
      expect(await ended).toMatchObject({ outcome: 'gone' })
    })

    it('aborted while a read waits -> it rejects with the reason, and the connection ends', async () => {
      origin.script('/file.bin', stall(0))
      const controller = new AbortController()
      const stalled = origin.next('stall')
      const { body } = await fetcherWith().open(requestFor(`${url}/file.bin`, { signal: controller.signal }))
      const reading = body.readInto(new Uint8Array(10))
      await stalled
      const ended = origin.next('end')
      controller.abort('reason')
      await expect(reading).rejects.toBe('reason')
      expect(await ended).toMatchObject({ outcome: 'gone' })
    })

    it('cancelled -> the connection ends', async () => {
      origin.script('/file.bin', stall(10))
      const stalled = origin.next('stall')
      const { body } = await openFile()
      await stalled
      const ended = origin.next('end')
      await body.cancel()
      expect(await ended).toMatchObject({ outcome: 'gone' })
    })

    describe('redirects', () => {
      it.each([301, 302, 303, 307, 308] as const)('%i -> followed, with the range and the validator', async (code) => {
        origin.script('/old', redirect('/file.bin', code))
        const answer = await fetcherWith().open(requestFor(`${url}/old`, { range: { offset: 4 }, ifRange: '"v1"' }))
        expect(answer).toMatchObject({ status: 206, url: `${url}/file.bin` })
        expect(origin.requests[1]?.headers).toMatchObject({ range: 'bytes=4-', 'if-range': '"v1"' })
        await answer.body.cancel()
      })

      it('H46 to another origin -> no header of the first one comes along; the app is asked for the second', async () => {
        const other = createScriptedOrigin()
        other.put('/file.bin', FETCHED_BYTES)
        const otherUrl = await listen(other)
        origin.script('/file.bin', redirect(`${otherUrl}/file.bin`))
        const secret = (asked: URL): HeadersInit =>
          asked.origin === url ? { authorization: 'Bearer 1', 'x-api-key': '1', cookie: 'a=1' } : {}
        const answer = await openFile({ headers: secret })
        expect(answer).toMatchObject({ status: 206, url: `${otherUrl}/file.bin` })
        expect(origin.requests[0]?.headers).toMatchObject({ authorization: 'Bearer 1', 'x-api-key': '1' })
        expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
        expect(other.requests[0]?.headers).not.toHaveProperty('x-api-key')
        expect(other.requests[0]?.headers).not.toHaveProperty('cookie')
        expect(other.requests[0]?.headers).toMatchObject({ range: 'bytes=0-' })
        await answer.body.cancel()
      })

      it('to an origin that is not allowed -> untrusted-origin, and it is never asked', async () => {
        const other = createScriptedOrigin()
        const otherUrl = await listen(other)
        origin.script('/file.bin', redirect(`${otherUrl}/file.bin`))
        const opening = openFile({ isAllowed: (asked) => asked.origin === url })
        await expect(opening).rejects.toMatchObject({ code: 'untrusted-origin', url: `${otherUrl}/file.bin` })
        expect(other.requests).toEqual([])
      })

      it.each(['file:///etc/passwd', 'data:text/plain,x', 'ftp://127.0.0.1/x', 'http://user:secret@127.0.0.1/x'])(
        'to %s -> untrusted-origin',
        async (target) => {
          origin.script('/file.bin', redirect(target))
          await expect(openFile()).rejects.toMatchObject({ code: 'untrusted-origin' })
        },
      )

      it('ten hops -> followed; eleven -> a network error', async () => {
        for (let hop = 1; hop <= 10; hop++)
          origin.script(`/${hop}`, always(redirect(hop === 1 ? '/file.bin' : `/${hop - 1}`)))
        origin.script('/11', redirect('/10'))
        const answer = await openFile({}, '/10')
        expect(answer.status).toBe(206)
        await answer.body.cancel()
        await expect(openFile({}, '/11')).rejects.toMatchObject({
          code: 'network',
          message: expect.stringContaining('redirects more than 10 times'),
        })
      })

      it('H45 in a circle -> a network error', async () => {
        origin.script('/file.bin', always(redirect('/file.bin')))
        await expect(openFile()).rejects.toMatchObject({ code: 'network' })
        expect(origin.requests).toHaveLength(11)
      })

      it('without a Location -> an answer', async () => {
        origin.script('/file.bin', status(302))
        const answer = await openFile()
        expect(answer.status).toBe(302)
        await answer.body.cancel()
      })

      it('to something that is no address -> a network error', async () => {
        origin.script('/file.bin', redirect('http://[nonsense'))
        await expect(openFile()).rejects.toMatchObject({ code: 'network' })
      })
    })

    it('an answer that is no HTTP -> a network error', async () => {
      const listening = await listenRaw((_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'))
      closers.push(listening.close)
      await expect(fetcherWith().open(requestFor(listening.url))).rejects.toMatchObject({ code: 'network' })
    })
  })
}

async function listenRaw(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { url: `http://127.0.0.1:${port}/`, close }
}
