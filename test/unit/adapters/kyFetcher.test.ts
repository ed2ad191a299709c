import { describe, expect, it } from 'vitest'
import { createKyFetcher, type KyFetcherOptions } from '../../../src/adapters/kyFetcher.js'
import { dropAfter, hang, redirect, refuse } from '../../../src/testing/faults.js'
import { createScriptedOrigin } from '../../../src/testing/scriptedOrigin.js'
import { createVirtualClock } from '../../../src/testing/virtualClock.js'
import {
  describeFetcherContract,
  expectBytes,
  FETCHED_BYTES,
  readAll,
  requestFor,
} from '../../contracts/fetcherContract.js'

function fetcherOver(fetch: typeof globalThis.fetch, options: Partial<KyFetcherOptions> = {}) {
  return createKyFetcher({ clock: createVirtualClock(), redirects: 'manual', fetch, ...options })
}

/** A body that gives no buffer of the caller's to fill, as WebKit's. */
function withoutByob(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    const { status, headers, body } = response
    const reader = body?.getReader()
    if (!reader) return response
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value, done } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    })
    return new Response(stream, { status, headers })
  }
}

function originWithFile() {
  const origin = createScriptedOrigin()
  origin.put('/file.bin', FETCHED_BYTES)
  return origin
}

function subjectOver(wrap: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch) {
  const origin = originWithFile()
  const fetcher = fetcherOver(wrap(origin.fetch))
  return { fetcher, url: origin.urlOf('/file.bin'), missingUrl: origin.urlOf('/missing'), dispose: () => {} }
}

describeFetcherContract('kyFetcher in memory', () => subjectOver((fetch) => fetch))
describeFetcherContract('kyFetcher over bodies without BYOB', () => subjectOver(withoutByob))

describe('kyFetcher', () => {
  it('https redirects to http on loopback -> untrusted-origin', async () => {
    const origin = originWithFile()
    origin.script('/file.bin', redirect('http://127.0.0.1/file.bin'))
    await expect(fetcherOver(origin.fetch).open(requestFor(origin.urlOf('/file.bin')))).rejects.toMatchObject({
      code: 'untrusted-origin',
      message: 'origin.test redirects from https to http',
    })
  })

  it('fetch followed from https to http -> untrusted-origin', async () => {
    const fetch: typeof globalThis.fetch = async () => {
      const response = new Response('x')
      Object.defineProperty(response, 'redirected', { value: true })
      Object.defineProperty(response, 'url', { value: 'http://127.0.0.1/x' })
      return response
    }
    const opening = fetcherOver(fetch, { redirects: 'follow' }).open(requestFor('https://origin.test/x'))
    await expect(opening).rejects.toMatchObject({ code: 'untrusted-origin' })
  })

  describe('H46 fetch follows redirects by itself', () => {
    const askWith = async (headers: HeadersInit, firstType: ResponseType) => {
      const asked: Request[] = []
      const fetch: typeof globalThis.fetch = async (input, init) => {
        asked.push(new Request(input, init))
        const response = new Response('x')
        if (asked.length === 1) Object.defineProperty(response, 'type', { value: firstType })
        return response
      }
      const fetcher = fetcherOver(fetch, { redirects: 'follow', headers: () => headers })
      const answer = await fetcher.open(requestFor('https://origin.test/x', { range: { offset: 4 }, ifRange: '"a"' }))
      expect(answer.status).toBe(200)
      await answer.body.cancel()
      return asked.map((request) => [request.redirect, Object.keys(Object.fromEntries(request.headers)).sort()])
    }

    it('and there is one, headers of the app -> asked again without those that would go along', async () => {
      expect(await askWith({ 'x-api-key': '1', authorization: 'Bearer 1' }, 'opaqueredirect')).toEqual([
        ['manual', ['authorization', 'if-range', 'range', 'x-api-key']],
        ['follow', ['authorization', 'if-range', 'range']],
      ])
    })

    it('and there is none, headers of the app -> asked once, with all', async () => {
      expect(await askWith({ 'x-api-key': '1' }, 'cors')).toEqual([['manual', ['if-range', 'range', 'x-api-key']]])
    })

    it('no header but Authorization, which fetch itself drops -> asked once, and followed', async () => {
      expect(await askWith({ authorization: 'Bearer 1' }, 'cors')).toEqual([
        ['follow', ['authorization', 'if-range', 'range']],
      ])
    })
  })

  it.each([
    ['http://origin.test/x', 'Downloads from http://origin.test are not allowed'],
    ['file:///etc/passwd', 'Downloads from file:///etc/passwd are not allowed'],
    ['https://user:secret@origin.test/x', 'Downloads from https://origin.test are not allowed'],
    ['/relative', '"/relative" is no address'],
  ])('%s -> untrusted-origin before anything is asked', async (url, message) => {
    const origin = originWithFile()
    await expect(fetcherOver(origin.fetch).open(requestFor(url))).rejects.toMatchObject({
      code: 'untrusted-origin',
      message,
    })
    expect(origin.requests).toEqual([])
  })

  it('an answer without a body -> an empty source', async () => {
    const answer = await fetcherOver(async () => new Response(null, { status: 204 })).open(
      requestFor('https://origin.test/x'),
    )
    expect(answer.length).toBe(0)
    expect(await readAll(answer.body)).toHaveLength(0)
    await answer.body.cancel()
  })

  it.each([
    [{ 'content-length': '-1' }, 'default'],
    [{ 'content-length': '1e3' }, 'default'],
    [{ 'content-length': '99999999999999999999' }, 'default'],
    [{ 'content-length': '5', 'content-encoding': 'gzip' }, 'default'],
    [{ 'content-length': '5' }, 'cors'],
  ])('an answer with %j, of the type %s -> no length', async (headers, type) => {
    const response = new Response('bytes', { headers })
    Object.defineProperty(response, 'type', { value: type })
    const answer = await fetcherOver(async () => response).open(requestFor('https://origin.test/x'))
    expect(answer.length).toBeUndefined()
    await answer.body.cancel()
  })

  it.each([
    ['basic', 5],
    ['default', undefined],
  ])('fetch follows redirects by itself, an answer of the type %s -> length %s', async (type, length) => {
    const response = new Response('bytes', { headers: { 'content-length': '5' } })
    Object.defineProperty(response, 'type', { value: type })
    const fetcher = fetcherOver(async () => response, { redirects: 'follow' })
    const answer = await fetcher.open(requestFor('https://origin.test/x'))
    expect(answer.length).toBe(length)
    await answer.body.cancel()
  })

  it('a browser says nothing but "Failed to fetch" -> a network error that shows no guess as a fact', async () => {
    const opening = fetcherOver(() => Promise.reject(new TypeError('Failed to fetch'))).open(
      requestFor('https://origin.test/x'),
    )
    await expect(opening).rejects.toMatchObject({
      code: 'network',
      url: 'https://origin.test/x',
      message: 'origin.test could not be reached (offline, wrong address, or not open to this page)',
      cause: expect.any(TypeError),
    })
  })

  it.each([refuse(), hang()])('$name -> one request, and no timer is left behind', async (fault) => {
    const origin = originWithFile()
    origin.script('/file.bin', fault)
    const clock = createVirtualClock()
    const opening = fetcherOver(origin.fetch, { clock }).open(
      requestFor(origin.urlOf('/file.bin'), { timeouts: { headersMs: 10 } }),
    )
    const settled = expect(opening).rejects.toMatchObject({ code: expect.stringMatching(/^(network|stalled)$/) })
    await clock.advance(10)
    await settled
    expect(origin.requests).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('the body breaks -> a network error', async () => {
    const origin = originWithFile()
    origin.script('/file.bin', dropAfter(10))
    const { body } = await fetcherOver(origin.fetch).open(requestFor(origin.urlOf('/file.bin')))
    await expect(readAll(body)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('UND_ERR_SOCKET'),
    })
  })

  it('the app cannot make headers -> a network error that says so', async () => {
    const headers = () => Promise.reject(new Error('token service is down'))
    const opening = fetcherOver(originWithFile().fetch, { headers }).open(requestFor('https://origin.test/file.bin'))
    await expect(opening).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('token service is down'),
    })
  })

  it('the app takes for ever to make headers -> stalled, and nothing is asked', async () => {
    const origin = originWithFile()
    const clock = createVirtualClock()
    const fetcher = fetcherOver(origin.fetch, { clock, headers: () => new Promise(() => {}) })
    const opening = expect(fetcher.open(requestFor(origin.urlOf('/file.bin')))).rejects.toMatchObject({
      code: 'stalled',
    })
    await clock.advance(30_000)
    await opening
    expect(origin.requests).toEqual([])
  })

  it('a fetch that knows no signal answers after the abort -> the caller heard the reason, the body is cancelled', async () => {
    let answer = (_: Response) => {}
    let cancelled = () => {}
    const isCancelled = new Promise<void>((resolve) => {
      cancelled = resolve
    })
    const deaf: typeof fetch = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const controller = new AbortController()
    const opening = fetcherOver(deaf).open(requestFor('https://origin.test/x', { signal: controller.signal }))
    const settled = expect(opening).rejects.toBe('reason')
    await createVirtualClock().settle()
    controller.abort('reason')
    await settled
    answer(new Response(new ReadableStream({ cancel: () => cancelled() })))
    await isCancelled
  })

  it('the reader is slower than the source -> little more than a buffer was sent', async () => {
    const origin = createScriptedOrigin()
    const bytes = new Uint8Array(10 * 1024 * 1024)
    origin.put('/big', bytes)
    const { body } = await fetcherOver(origin.fetch).open(requestFor(origin.urlOf('/big')))
    await body.readInto(new Uint8Array(1000))
    await createVirtualClock().settle()
    expect(origin.bytesSent()).toBeLessThanOrEqual(128 * 1024)
    await body.cancel()
    expect(origin.requests[0]?.outcome).toBe('gone')
  })

  it('a hundred requests on one signal -> no listener stays on it', async () => {
    const origin = originWithFile()
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...listener: Parameters<typeof add>) => {
      listeners.add(listener[1])
      add(...listener)
    }
    signal.removeEventListener = (...listener: Parameters<typeof remove>) => {
      listeners.delete(listener[1])
      remove(...listener)
    }
    for (let count = 0; count < 100; count++) {
      const { body } = await fetcherOver(origin.fetch).open(requestFor(origin.urlOf('/file.bin'), { signal }))
      if (count % 2 === 0) expectBytes(await readAll(body), FETCHED_BYTES)
      else await body.cancel()
    }
    expect(listeners.size).toBe(0)
  })
})
