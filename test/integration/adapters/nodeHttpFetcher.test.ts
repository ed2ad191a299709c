import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createKyFetcher } from '../../../src/adapters/kyFetcher.js'
import { createNodeFetch } from '../../../src/adapters/nodeFetch.js'
import { createNodeHttp } from '../../../src/adapters/nodeHttp.js'
import { createNodeHttpFetcher } from '../../../src/adapters/nodeHttpFetcher.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import type { Bytes } from '../../../src/domain/bytes.js'
import { expectBytes, FETCHED_BYTES, readAll, requestFor } from '../../contracts/fetcherContract.js'
import { describeHttpFetcherContract } from '../../contracts/httpFetcherContract.js'

describeHttpFetcherContract('nodeHttpFetcher', (options) =>
  createNodeHttpFetcher({ ...options, http: createNodeHttp() }),
)
describeHttpFetcherContract('kyFetcher over nodeFetch', (options) =>
  createKyFetcher({ ...options, fetch: createNodeFetch(createNodeHttp()), redirects: 'manual' }),
)

describe('nodeHttpFetcher', () => {
  const servers: Server[] = []
  const http = createNodeHttp()
  const fetcher = createNodeHttpFetcher({ clock: createSystemClock(), http })

  const listen = async (listener: RequestListener): Promise<{ url: string; server: Server }> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/file.bin`, server }
  }
  const readFile = async (url: string): Promise<Bytes> => {
    const { body } = await fetcher.open(requestFor(url, { range: { offset: 0 } }))
    const bytes = await readAll(body, 64 * 1024)
    await body.cancel()
    return bytes
  }
  afterEach(() => {
    http.close()
    for (const server of servers.splice(0)) {
      server.close()
      server.closeAllConnections()
    }
  })

  it('one file after the other -> over one connection', async () => {
    const { url, server } = await listen((_, response) => response.end(FETCHED_BYTES))
    let connections = 0
    server.on('connection', () => connections++)
    for (let count = 0; count < 3; count++) expectBytes(await readFile(url), FETCHED_BYTES)
    expect(connections).toBe(1)
  })

  it('a body is left when all of it has come, but was not read -> its connection serves again', async () => {
    const { url, server } = await listen((_, response) => response.end('bytes'))
    let connections = 0
    server.on('connection', () => connections++)
    const { body } = await fetcher.open(requestFor(url))
    await body.readInto(new Uint8Array(5))
    await body.cancel()
    expect(await readFile(url)).toHaveLength(5)
    expect(connections).toBe(1)
  })

  it('the server closes a kept connection when it is asked again -> asked on another', async () => {
    const { url } = await listen((request, response) => {
      const times = (askedOn.get(request.socket) ?? 0) + 1
      askedOn.set(request.socket, times)
      if (times === 1) response.end(FETCHED_BYTES)
      else request.socket.destroy()
    })
    const askedOn = new Map<Socket, number>()
    expectBytes(await readFile(url), FETCHED_BYTES)
    expectBytes(await readFile(url), FETCHED_BYTES)
    expect([...askedOn.values()]).toEqual([2, 1])
  })

  it('H28 a chunked body without its last chunk -> a network error, where fetch sees an end', async () => {
    const { url } = await listen((_, response) => {
      response.write('bytes', () => response.socket?.end())
    })
    await expect(readFile(url)).rejects.toMatchObject({ code: 'network', url })
  })

  it('a compressed answer -> the bytes as they were sent', async () => {
    const sent = gzipSync(FETCHED_BYTES)
    const { url } = await listen((_, response) => response.setHeader('content-encoding', 'gzip').end(sent))
    expectBytes(await readFile(url), new Uint8Array(sent))
  })

  it('headers of the app that say where the message ends -> left out', async () => {
    const seen: IncomingHttpHeaders[] = []
    const { url } = await listen((request, response) => response.end(String(seen.push(request.headers))))
    const headers = () => ({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked', Connection: 'close', 'x-key': '1' })
    const withHeaders = createNodeHttpFetcher({ clock: createSystemClock(), http, headers })
    await (await withHeaders.open(requestFor(url))).body.cancel()
    expect(seen[0]).toMatchObject({ 'x-key': '1', connection: 'keep-alive' })
    expect(seen[0]).not.toHaveProperty('content-length')
    expect(seen[0]).not.toHaveProperty('transfer-encoding')
  })

  it('what was read of an answer without a length -> its memory is free at once, for the most part', async () => {
    const bytes = new Uint8Array(8 * 1024 * 1024).fill(7)
    const { url } = await listen((_, response) => {
      response.flushHeaders()
      response.end(bytes)
    })
    const chunks: Uint8Array[] = []
    const keep = (message: unknown) => {
      const { socket } = message as { socket: Socket } // reason: diagnostics channels are untyped
      socket.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    }
    subscribe('net.client.socket', keep)
    const buffer = new Uint8Array(100_000)
    const { body } = await fetcher.open(requestFor(url))
    let sum = 0
    for (let count = await body.readInto(buffer); count > 0; count = await body.readInto(buffer)) {
      expect(buffer[count - 1]).toBe(7)
      sum += count
    }
    unsubscribe('net.client.socket', keep)
    expect(sum).toBe(bytes.length)
    const held = chunks.reduce((total, chunk) => total + chunk.length, 0)
    // what came in small pieces is not worth it
    expect(held).toBeLessThan(bytes.length / 2)
    expect(chunks.length).toBeGreaterThan(20)
  })
})

describe('kyFetcher over nodeFetch', () => {
  const http = createNodeHttp()
  const fetcher = createKyFetcher({ clock: createSystemClock(), redirects: 'manual', fetch: createNodeFetch(http) })
  const servers: Server[] = []

  const serve = async (encoding: string, sent: Uint8Array): Promise<string> => {
    const server = createServer((_, response) => response.setHeader('content-encoding', encoding).end(sent))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  }
  afterEach(() => {
    http.close()
    for (const server of servers.splice(0)) server.close()
  })

  it.each([
    ['gzip', gzipSync(FETCHED_BYTES)],
    ['br', brotliCompressSync(FETCHED_BYTES)],
  ])('a document as %s -> decoded', async (encoding, sent) => {
    const { body } = await fetcher.open(requestFor(await serve(encoding, sent)))
    expectBytes(await readAll(body), FETCHED_BYTES)
  })

  it('a compressed document breaks off -> a network error, where fetch sees an end', async () => {
    const url = await serve('gzip', gzipSync(FETCHED_BYTES).subarray(0, 400))
    const { body } = await fetcher.open(requestFor(url))
    await expect(readAll(body)).rejects.toMatchObject({ code: 'network', url })
  })
})
