import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createKyFetcher } from '../../../src/adapters/kyFetcher.js'
import { createNodeFetch } from '../../../src/adapters/nodeFetch.js'
import { createNodeHttp, type NodeHttp, type NodeHttpOptions } from '../../../src/adapters/nodeHttp.js'
import { createNodeHttpFetcher } from '../../../src/adapters/nodeHttpFetcher.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import { createToxicsProxy } from '../../../src/testing/createToxicsProxy.js'
import { hang, lieAboutLength, redirect } from '../../../src/testing/faults.js'
import type { ListenOptions } from '../../../src/testing/listenOnLoopback.js'
import { createScriptedOrigin } from '../../../src/testing/scriptedOrigin.js'
import { createVirtualClock } from '../../../src/testing/virtualClock.js'
import { collectGarbage } from '../../contracts/collectGarbage.js'
import { expectBytes, FETCHED_BYTES, readAll, requestFor } from '../../contracts/fetcherContract.js'
import { selfSignedCertificate } from './selfSignedCertificate.js'

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function openHttp(options?: NodeHttpOptions): NodeHttp {
  const http = createNodeHttp(options)
  closers.push(() => http.close())
  return http
}

function fetcherOver(http: NodeHttp, clock = createSystemClock()) {
  return createNodeHttpFetcher({ clock, http })
}

async function openOrigin(options?: ListenOptions) {
  const origin = createScriptedOrigin()
  origin.put('/file.bin', FETCHED_BYTES)
  const { url, close } = await origin.listen(options)
  closers.push(close)
  return { origin, url: `${url}/file.bin` }
}

type Answer = (socket: Socket, times: number, connection: number) => void

/** Answers as often as it is asked on a connection. */
async function openServer(answer: Answer) {
  const sockets: Socket[] = []
  const asked: number[] = []
  const server: Server = createServer((socket) => {
    const connection = sockets.push(socket) - 1
    asked[connection] = 0
    socket.on('error', () => {})
    socket.on('data', () => {
      asked[connection] = (asked[connection] ?? 0) + 1
      answer(socket, asked[connection], connection)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked, sockets }
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('a kept connection', () => {
  const readTwice = async (answer: Answer) => {
    const { host, asked, sockets } = await openServer(answer)
    const fetcher = fetcherOver(openHttp())
    const read = async () => readAll((await fetcher.open(requestFor(`http://${host}/`))).body)
    expect(await read()).toHaveLength(2)
    return { again: read(), asked, sockets }
  }

  it('is reset when it is asked again -> asked once more, on a new one', async () => {
    const { again, asked } = await readTwice((socket, times) => {
      if (times === 1) socket.write(OK)
      else socket.resetAndDestroy()
    })
    expect(await again).toHaveLength(2)
    expect(asked).toEqual([2, 1])
  })

  it('is reset, and so is the new one -> a network error: that is the server', async () => {
    const { again, asked } = await readTwice((socket, times, connection) => {
      if (times === 1 && connection === 0) socket.write(OK)
      else socket.resetAndDestroy()
    })
    await expect(again).rejects.toMatchObject({ code: 'network' })
    expect(asked).toEqual([2, 1])
  })

  it('breaks within the headers of an answer -> a network error, and not asked again', async () => {
    const { again, asked } = await readTwice((socket, times) => {
      if (times === 1) socket.write(OK)
      else socket.end('HTTP/1.1 200 OK\r\nContent-')
    })
    await expect(again).rejects.toMatchObject({ code: 'network' })
    expect(asked).toEqual([2])
  })

  it('brings more than it said -> the next answer is not made of that', async () => {
    const { origin, url } = await openOrigin()
    const fetcher = fetcherOver(openHttp())
    origin.script('/file.bin', lieAboutLength(-50_000))
    const { body } = await fetcher.open(requestFor(url))
    expectBytes(await readAll(body), FETCHED_BYTES.subarray(0, 50_000))
    expectBytes(await readAll((await fetcher.open(requestFor(url))).body), FETCHED_BYTES)
  })

  it('a new one is reset -> a network error, asked once', async () => {
    const { host, asked } = await openServer((socket) => socket.resetAndDestroy())
    await expect(fetcherOver(openHttp()).open(requestFor(`http://${host}/`))).rejects.toMatchObject({ code: 'network' })
    expect(asked).toEqual([1])
  })
})

describe('limits', () => {
  const timeouts = { connectMs: 1000, headersMs: 60_000 }

  it('H33 TLS is never answered -> stalled by the limit for the connection', async () => {
    let greeted = () => {}
    const greeting = new Promise<void>((resolve) => {
      greeted = resolve
    })
    const { host } = await openServer(() => greeted())
    const clock = createVirtualClock()
    const opening = fetcherOver(openHttp(), clock).open(requestFor(`https://${host}/`, { timeouts }))
    const settled = expect(opening).rejects.toMatchObject({
      code: 'stalled',
      afterMs: 1000,
      waitedFor: 'connection',
      message: `${host} did not take the connection for 1000 ms`,
    })
    await greeting
    await clock.advance(999)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(1)
    await settled
    expect(clock.pendingTimers).toBe(0)
  })

  it.each([timeouts, { headersMs: 60_000 }])('H33 no headers come, %o -> stalled by theirs', async (limits) => {
    let asked = () => {}
    const question = new Promise<void>((resolve) => {
      asked = resolve
    })
    const { host } = await openServer(() => asked())
    const clock = createVirtualClock()
    const opening = fetcherOver(openHttp(), clock).open(requestFor(`http://${host}/`, { timeouts: limits }))
    const settled = expect(opening).rejects.toMatchObject({ code: 'stalled', afterMs: 60_000, waitedFor: 'headers' })
    await question
    await clock.advance(59_999)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(1)
    await settled
  })
})

describe('a process that stood still for longer than the limit', () => {
  async function askAndStandStill() {
    const clock = createVirtualClock()
    let asked = () => {}
    const question = new Promise<void>((resolve) => {
      asked = resolve
    })
    const { host, sockets } = await openServer(() => asked())
    const request = requestFor(`http://${host}/`, { timeouts: { headersMs: 5000 } })
    const opening = fetcherOver(openHttp(), clock).open(request)
    await question
    clock.standStill(30_000)
    return { clock, opening, answer: () => sockets[0]?.write(OK) }
  }

  it('V18 and an answer came meanwhile -> it is taken', async () => {
    const { clock, opening, answer } = await askAndStandStill()
    await clock.advance(0)
    answer()
    expect(await opening).toMatchObject({ status: 200 })
    expect(clock.pendingTimers).toBe(0)
  })

  it('V18 and no answer came -> stalled a moment later', async () => {
    const { clock, opening } = await askAndStandStill()
    const settled = expect(opening).rejects.toMatchObject({ code: 'stalled', afterMs: 5000 })
    await clock.advance(1000)
    await settled
  })
})

describe('limits over TLS', () => {
  it.each([
    ['has its own limit -> the one for headers counts from the connection', { connectMs: 40_000 }, 60_000],
    ['has none -> it is part of the one for headers', {}, 30_000],
  ])('connecting takes 30 s and %s', async (_name, connectLimit, leftMs) => {
    const tls = selfSignedCertificate()
    const { origin, url } = await openOrigin({ tls })
    const proxy = await createToxicsProxy({ upstream: url })
    closers.push(proxy.close)
    const held = { type: 'timeout' } as const
    await proxy.add(held)
    origin.script('/file.bin', hang())
    const clock = createVirtualClock()
    const connecting = proxy.next('data')
    const hanging = origin.next('stall')
    const timeouts = { ...connectLimit, headersMs: 60_000 }
    const opening = fetcherOver(openHttp({ ca: tls.cert }), clock).open(
      requestFor(`${proxy.url}/file.bin`, { timeouts }),
    )
    const settled = expect(opening).rejects.toMatchObject({ code: 'stalled', afterMs: 60_000, waitedFor: 'headers' })
    await connecting
    await clock.advance(30_000)
    await proxy.remove(held)
    await hanging
    await clock.advance(leftMs - 1)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(1)
    await settled
  })
})

describe('a request without an answer', () => {
  it('memory is cleared meanwhile, then it is aborted -> its connection is closed', async () => {
    const { origin, url } = await openOrigin()
    origin.script('/file.bin', hang())
    const hanging = origin.next('stall')
    const fetch = createNodeFetch(openHttp())
    const fetcher = createKyFetcher({ clock: createSystemClock(), fetch, redirects: 'manual' })
    const abort = new AbortController()
    const left = expect(fetcher.open(requestFor(url, { signal: abort.signal }))).rejects.toThrow('left')
    await hanging
    await collectGarbage()
    const closed = origin.next('end')
    abort.abort(new Error('left'))
    await left
    expect(await closed).toMatchObject({ outcome: 'gone' })
  })
})

describe('TLS', () => {
  const tls = selfSignedCertificate()
  const fetchers = (http: NodeHttp) => {
    const clock = createSystemClock()
    const overFetch = createKyFetcher({ clock, fetch: createNodeFetch(http), redirects: 'manual' })
    return [fetcherOver(http), overFetch]
  }

  it('a certificate that is trusted -> the bytes, with a length', async () => {
    const { url } = await openOrigin({ tls })
    for (const fetcher of fetchers(openHttp({ ca: tls.cert }))) {
      const answer = await fetcher.open(requestFor(url, { range: { offset: 0 } }))
      expect(answer.length).toBe(FETCHED_BYTES.length)
      expectBytes(await readAll(answer.body), FETCHED_BYTES)
    }
  })

  it('a certificate that nobody vouches for -> a network error that says so', async () => {
    const { origin, url } = await openOrigin({ tls })
    for (const fetcher of fetchers(openHttp())) {
      await expect(fetcher.open(requestFor(url))).rejects.toMatchObject({
        code: 'network',
        message: expect.stringContaining('shows a certificate that is not trusted'),
      })
    }
    expect(origin.requests).toEqual([])
  })

  it('H46 https redirects to http -> untrusted-origin, and that is never asked', async () => {
    const secure = await openOrigin({ tls })
    const plain = await openOrigin()
    for (const fetcher of fetchers(openHttp({ ca: tls.cert }))) {
      secure.origin.script('/file.bin', redirect(plain.url))
      await expect(fetcher.open(requestFor(secure.url))).rejects.toMatchObject({
        code: 'untrusted-origin',
        message: expect.stringContaining('redirects from https to http'),
      })
    }
    expect(plain.origin.requests).toEqual([])
  })
})
