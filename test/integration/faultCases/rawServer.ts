import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** One request as it came. */
export interface RawAsked {
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Where the range begins; 0 without one. */
  readonly offset: number
  readonly hasRange: boolean
}

/** Writes an answer, byte for byte. `index` counts the requests from 0. */
export type RawAnswer = (socket: Socket, asked: RawAsked, index: number) => void

export interface RawServer {
  /** Of the one file that it serves. */
  readonly url: string
  readonly asked: readonly RawAsked[]
  readonly openSockets: number
  /** Settles when the next request has come whole. */
  nextAsked(): Promise<RawAsked>
  /** Settles when no connection is open any more. */
  untilIdle(): Promise<void>
}

/** A server whose answers are written on the socket: for what no HTTP library lets pass. Closed with its test. */
export async function openRawServer(answer: RawAnswer): Promise<RawServer> {
  const asked: RawAsked[] = []
  const sockets = new Set<Socket>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      tell()
    })
    readRequests(socket, (request) => {
      asked.push(request)
      tell()
      answer(socket, request, asked.length - 1)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  const until = (isReached: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isReached()) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
    })
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/bundle.bin`,
    asked,
    get openSockets() {
      return sockets.size
    },
    async nextAsked() {
      const count = asked.length
      await until(() => asked.length > count)
      return asked[count] ?? { path: '', headers: {}, offset: 0, hasRange: false }
    },
    untilIdle: () => until(() => sockets.size === 0),
  }
}

/** A status line and headers, with the blank line after them. */
export function head(status: number, headers: Readonly<Record<string, string | number>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} As Scripted\r\n${lines.join('')}\r\n`
}

/** 206 with all that was asked for, as a server that keeps to the rules says it. */
export function partHead({ offset }: RawAsked, size: number, etag?: string): string {
  return head(206, {
    'content-length': size - offset,
    'content-range': `bytes ${offset}-${size - 1}/${size}`,
    ...(etag === undefined ? {} : { etag }),
  })
}

/** The whole of a right answer. */
export function answerRightly(socket: Socket, asked: RawAsked, bytes: Uint8Array, etag?: string): void {
  socket.write(partHead(asked, bytes.length, etag))
  socket.write(bytes.subarray(asked.offset))
}

/** One piece of a chunked body. */
export function chunkOf(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

function readRequests(socket: Socket, onRequest: (asked: RawAsked) => void): void {
  let text = ''
  socket.on('data', (piece: Buffer) => {
    text += piece.toString('latin1')
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const request = text.slice(0, end)
      text = text.slice(end + 4)
      onRequest(parseRequest(request))
    }
  })
}

function parseRequest(text: string): RawAsked {
  const [first = '', ...lines] = text.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const range = /^bytes=(\d+)-/.exec(headers.range ?? '')?.[1]
  return { path: first.split(' ')[1] ?? '', headers, offset: Number(range ?? 0), hasRange: range !== undefined }
}
