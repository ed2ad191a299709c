import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import type { OriginDesk, Served } from './originDesk.js'
import { headOf, pieceOf, type ScriptedAnswer, saidLength } from './scriptedAnswers.js'

/** A scripted origin on a port. */
export interface ListeningOrigin {
  /** `http://127.0.0.1:<port>`, or https, without a slash at its end. */
  readonly url: string
  /** Breaks what is under way. */
  close(): Promise<void>
}

export interface ListenOptions {
  /** @default a free one */
  readonly port?: number
  /** Over https, with this key and certificate, as PEM. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

const LOOPBACK = '127.0.0.1'

/** A scripted origin over HTTP. Bytes count as sent when the socket took them. */
export async function listenOnLoopback(
  desk: OriginDesk,
  { port: wanted = 0, tls }: ListenOptions = {},
): Promise<ListeningOrigin> {
  // Loaded when it is asked for: browsers have none.
  const listener = (request: IncomingMessage, response: ServerResponse) => void serve(desk, request, response)
  const server = tls
    ? (await import('node:https')).createServer(tls, listener)
    : (await import('node:http')).createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, LOOPBACK, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http${tls ? 's' : ''}://${LOOPBACK}:${port}`, close: () => close(server) }
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
    case 'reset':
    case 'stall':
      return sendBody(desk, served, sendHead(served.answer, response), left.signal)
  }
}

/** Where an answer goes: what its head left open for its body and its end. */
interface Line {
  readonly response: ServerResponse
  readonly out: Pick<Writable, 'write' | 'end' | 'destroyed'>
}

function sendHead(answer: ScriptedAnswer, response: ServerResponse): Line {
  const { socket } = response
  const head = headOf(answer)
  if (head !== undefined && socket) {
    socket.write(head, 'latin1')
    return { response, out: socket }
  }
  response.writeHead(answer.status, answer.headers)
  // As `flushHeaders`, which would write them in UTF-8.
  response.write('', 'latin1')
  return { response, out: response }
}

async function sendBody(desk: OriginDesk, served: Served, line: Line, left: AbortSignal, from = 0): Promise<void> {
  const { pacer } = desk
  let at = from
  while (at < served.answer.sendBytes && !left.aborted) {
    const { trickle } = served.answer
    if (trickle) await pacer.pause(trickle.everyMs, left)
    const piece = pieceOf(served.answer, at, pacer.pieceBytes())
    await pacer.turn(piece.length, left)
    if (left.aborted || !(await write(line, piece))) return
    served.sent(piece.length)
    at += piece.length
  }
  if (left.aborted) return
  if (served.answer.end !== 'stall') return finish(served, line)
  await served.stalled()
  await sendBody(desk, served, line, left, at)
}

/** `false` where the client is gone. Settles when the socket took the piece: that is the back-pressure. */
function write({ response, out }: Line, piece: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = () => resolve(false)
    if (out.destroyed) return onClose()
    response.once('close', onClose)
    out.write(piece, (error) => {
      response.off('close', onClose)
      resolve(!error)
    })
  })
}

function finish(served: Served, { response, out }: Line): void {
  switch (served.answer.end) {
    case 'clean':
      if (response.req.method !== 'HEAD' && isShort(served.answer)) return breakOff(served, response)
      served.ended('complete')
      out.end()
      return
    case 'reset':
      served.ended('cut')
      response.socket?.resetAndDestroy()
      return
    case 'stall':
    case 'drop':
    case 'refuse':
    case 'hang':
      breakOff(served, response)
  }
}

/** Less was sent than said: a connection that stays would promise the rest. */
function isShort(answer: ScriptedAnswer): boolean {
  return answer.sendBytes < (saidLength(answer) ?? 0)
}

function breakOff(served: Served, response: ServerResponse): void {
  served.ended('cut')
  response.socket?.destroy()
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
