import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createNodeHttp, type NodeHttpOptions } from '../../../src/adapters/nodeHttp.js'
import { createNodeHttpFetcher } from '../../../src/adapters/nodeHttpFetcher.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import type { Bytes } from '../../../src/domain/bytes.js'
import type { FetchAnswer } from '../../../src/ports/fetcher.js'
import { expectBytes, requestFor } from '../../contracts/fetcherContract.js'
import { selfSignedCertificate } from './selfSignedCertificate.js'

const SIZE = 5 * 1024 * 1024 + 3
const BYTES: Bytes = Uint8Array.from({ length: SIZE }, (_, at) => (at * 31 + (at >> 12)) % 256)
const HEAD = `HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`

function send(socket: Socket, head = HEAD, body: Uint8Array = BYTES): Socket {
  socket.cork()
  socket.write(head)
  socket.write(body)
  socket.uncork()
  return socket
}

/** The head in two: its end when the client has read its beginning. */
async function sendCut(socket: Socket, cut: number, body: Uint8Array, head = HEAD): Promise<void> {
  const isRead = once(parser, 'data')
  socket.write(head.slice(0, cut))
  await isRead
  send(socket, head.slice(cut), body)
}

const closers: (() => void)[] = []
/** What Node's parser was given, over all connections. */
let parsedBytes = 0
const parser = new EventEmitter()
const count = (message: unknown): void => {
  const { socket } = message as { socket: Socket } // reason: diagnostics channels are untyped
  socket.on('data', (piece: Uint8Array) => {
    parsedBytes += piece.length
    parser.emit('data')
  })
}
beforeEach(() => {
  parsedBytes = 0
  subscribe('net.client.socket', count)
})
afterEach(() => {
  unsubscribe('net.client.socket', count)
  for (const close of closers.splice(0)) close()
})

function openFetcher(options?: NodeHttpOptions) {
  const http = createNodeHttp(options)
  closers.push(() => http.close())
  return createNodeHttpFetcher({ clock: createSystemClock(), http })
}

/** `answer` is called for every request. */
async function openServer(answer: (socket: Socket, times: number) => unknown) {
  const sockets: Socket[] = []
  let times = 0
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', () => answer(socket, ++times))
  })
  const url = `http://127.0.0.1:${await listen(server)}/`
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
  })
  return { url, sockets }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('A server without a port')
  return address.port
}

async function readTo({ body }: FetchAnswer, size: number, bufferBytes: number): Promise<Bytes> {
  const all = new Uint8Array(size)
  const buffer = new Uint8Array(bufferBytes)
  let filled = 0
  for (let got = await body.readInto(buffer); got > 0; got = await body.readInto(buffer)) {
    all.set(buffer.subarray(0, got), filled)
    filled += got
  }
  return all.slice(0, filled)
}

/** Answers that Node's parser reads to their end. */
const EMPTY = [
  ['no body', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
] as const

describe('an answer whose length is said', () => {
  it.each([1000, 65_536, 100_001, 1024 * 1024])('read by %i -> its bytes, and the parser sees the head', async (by) => {
    const { url } = await openServer((socket) => send(socket))
    const answer = await openFetcher().open(requestFor(url))
    expect(answer).toMatchObject({ status: 200, length: SIZE })
    expectBytes(await readTo(answer, SIZE, by), BYTES)
    expect(parsedBytes).toBe(HEAD.length)
  })

  it('over TLS -> the same', async () => {
    const { key, cert } = selfSignedCertificate()
    const server = createTlsServer({ key, cert }, (_, response) => response.end(BYTES))
    const port = await listen(server)
    const fetcher = openFetcher({ ca: cert })
    for (let times = 0; times < 2; times++) {
      const answer = await fetcher.open(requestFor(`https://127.0.0.1:${port}/`))
      expectBytes(await readTo(answer, SIZE, 300_000), BYTES)
    }
  })

  it('several over one connection, one of them chunked -> each its own bytes', async () => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\r\n\r\r\n0\r\n\r\n'
    const { url, sockets } = await openServer((socket, times) => {
      if (times === 2) socket.write(chunked)
      else send(socket)
    })
    const fetcher = openFetcher()
    const read = async () => readTo(await fetcher.open(requestFor(url)), SIZE, 200_000)
    expectBytes(await read(), BYTES)
    expectBytes(await read(), new Uint8Array([13, 10, 13]))
    expectBytes(await read(), BYTES)
    expect(sockets).toHaveLength(1)
  })

  it('hints come before -> the answer that counts', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
    const { url } = await openServer((socket) => send(socket, hints + HEAD))
    expectBytes(await readTo(await openFetcher().open(requestFor(url)), SIZE, 100_000), BYTES)
    expect(parsedBytes).toBe(hints.length + HEAD.length)
  })

  it.each([1, 2, 3, 40])('the head comes in two, the second %i bytes long -> its bytes', async (last) => {
    const { url } = await openServer((socket) => sendCut(socket, HEAD.length - last, BYTES))
    expectBytes(await readTo(await openFetcher().open(requestFor(url)), SIZE, 100_000), BYTES)
    expect(parsedBytes).toBe(HEAD.length)
  })

  it.each([1, 2, 3, 4])('%i bytes of the head come with a body of blank lines -> its bytes', async (last) => {
    const body = Buffer.concat([Buffer.from('\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'), BYTES.subarray(0, 100)])
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`
    const { url } = await openServer((socket) => sendCut(socket, head.length - last, body, head))
    expectBytes(await readTo(await openFetcher().open(requestFor(url)), SIZE, 1000), new Uint8Array(body))
    expect(parsedBytes).toBe(head.length)
  })

  it('more comes than was said -> what was said; nobody is asked on that connection again', async () => {
    const { url, sockets } = await openServer((socket) => {
      send(socket)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad')
    })
    const fetcher = openFetcher()
    for (let times = 0; times < 2; times++) {
      expectBytes(await readTo(await fetcher.open(requestFor(url)), SIZE, SIZE), BYTES)
      await new Promise<void>((resolve) => sockets[times]?.once('close', () => resolve()))
    }
    expect(sockets).toHaveLength(2)
  })

  it.each(EMPTY)(
    'more comes behind an answer with %s -> nobody is asked on that connection again',
    async (_, answer) => {
      const surplus = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad'
      const { url, sockets } = await openServer((socket, times) => socket.write(times < 3 ? answer + surplus : answer))
      const fetcher = openFetcher()
      for (let times = 0; times < 3; times++) {
        expectBytes(await readTo(await fetcher.open(requestFor(url)), 3, 3), new Uint8Array(0))
        if (times < 2) await new Promise<void>((resolve) => sockets[times]?.once('close', () => resolve()))
      }
      expect(sockets).toHaveLength(3)
    },
  )

  it.each(EMPTY)(
    '%s, and something that nobody asked for comes later -> that connection is ended',
    async (_, answer) => {
      const { url, sockets } = await openServer((socket) => socket.write(answer))
      const fetcher = openFetcher()
      for (let times = 0; times < 2; times++) {
        expectBytes(await readTo(await fetcher.open(requestFor(url)), 3, 3), new Uint8Array(0))
      }
      expect(sockets).toHaveLength(1)
      const isClosed = new Promise<void>((resolve) => sockets[0]?.once('close', () => resolve()))
      sockets[0]?.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 3\r\n\r\nbad')
      await isClosed
    },
  )

  it('nobody reads -> the server is held up', async () => {
    const { url, sockets } = await openServer((socket) => socket.write(HEAD))
    const other = await openServer((socket) => send(socket))
    const fetcher = openFetcher()
    const { body } = await fetcher.open(requestFor(url))
    const [socket] = sockets
    const sent = new Uint8Array(64 * 1024 * 1024)
    let isTaken = false
    socket?.write(sent, () => {
      isTaken = true
    })
    await body.readInto(new Uint8Array(1000))
    expectBytes(await readTo(await fetcher.open(requestFor(other.url)), SIZE, 1000), BYTES)
    expect(isTaken).toBe(false)
    await body.cancel()
    await new Promise<void>((resolve) => socket?.once('close', () => resolve()))
  })

  it('the server closes half-way -> what came, then a network error', async () => {
    const { url } = await openServer((socket) => send(socket, HEAD, BYTES.subarray(0, 1_000_000)).end())
    const { body } = await openFetcher().open(requestFor(url))
    const buffer = new Uint8Array(SIZE)
    let filled = 0
    const read = async (): Promise<void> => {
      for (;;) filled += await body.readInto(buffer.subarray(filled))
    }
    await expect(read()).rejects.toMatchObject({ code: 'network', url })
    expectBytes(buffer.subarray(0, filled), BYTES.subarray(0, 1_000_000))
  })

  it('aborted while it is read -> the reason, and no byte more', async () => {
    const { url, sockets } = await openServer((socket) => send(socket, HEAD, BYTES.subarray(0, 1000)))
    const abort = new AbortController()
    const { body } = await openFetcher().open(requestFor(url, { signal: abort.signal }))
    expect(await body.readInto(new Uint8Array(1000))).toBe(1000)
    const target = new Uint8Array(1000)
    const reading = body.readInto(target)
    abort.abort('enough')
    await expect(reading).rejects.toBe('enough')
    await new Promise<void>((resolve) => sockets[0]?.once('close', () => resolve()))
    expectBytes(target, new Uint8Array(1000))
  })
})
