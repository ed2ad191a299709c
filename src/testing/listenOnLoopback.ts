import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { OriginDesk, Served } from './originDesk.js'

/** A scripted origin on a port. */
export interface ListeningOrigin {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string
  /** Breaks what is under way. */
  close(): Promise<void>
}

export interface ListenOptions {
  /** @default a free one */
  readonly port?: number
}

const LOOPBACK = '127.0.0.1'

/** A scripted origin over HTTP. Bytes count as sent when the socket took them. */
export async function listenOnLoopback(
  desk: OriginDesk,
  { port: wanted = 0 }: ListenOptions = {},
): Promise<ListeningOrigin> {
  // Loaded when it is asked for: browsers have none.
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => void serve(desk, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, LOOPBACK, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://${LOOPBACK}:${port}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function serve(desk: OriginDesk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const served = desk.take({ method, path: url, headers: flatten(request) })
  const left = new AbortController()
  response.once('close', () => {
    left.abort()
    served.ended('gone')
  })
  switch (served.answer.end) {
    case 'refuse':
      return breakOff(served, response)
    case 'hang':
      return void served.stalled()
    case 'clean':
    case 'drop':
    case 'stall':
      response.writeHead(served.answer.status, served.answer.headers)
      response.flushHeaders()
      return sendBody(desk, served, response, left.signal)
  }
}

async function sendBody(
  desk: OriginDesk,
  served: Served,
  response: ServerResponse,
  left: AbortSignal,
  from = 0,
): Promise<void> {
  const { pacer } = desk
  for (let at = from; at < served.answer.sendBytes && !left.aborted; ) {
    const { body, sendBytes } = served.answer
    const piece = body.subarray(at, Math.min(at + pacer.pieceBytes(), sendBytes))
    await pacer.turn(piece.length, left)
    if (!(await write(response, piece))) return
    served.sent(piece.length)
    at += piece.length
  }
  if (left.aborted) return
  if (served.answer.end !== 'stall') return finish(served, response)
  const sent = served.answer.sendBytes
  await served.stalled()
  await sendBody(desk, served, response, left, sent)
}

/** `false` where the client is gone. Settles when the socket took the piece: that is the back-pressure. */
function write(response: ServerResponse, piece: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = () => resolve(false)
    if (response.destroyed) return onClose()
    response.once('close', onClose)
    response.write(piece, (error) => {
      response.off('close', onClose)
      resolve(!error)
    })
  })
}

function finish(served: Served, response: ServerResponse): void {
  switch (served.answer.end) {
    case 'clean':
      served.ended('complete')
      response.end()
      return
    case 'stall':
    case 'drop':
    case 'refuse':
    case 'hang':
      breakOff(served, response)
  }
}

function breakOff(served: Served, response: ServerResponse): void {
  served.ended('cut')
  response.socket?.destroy()
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
