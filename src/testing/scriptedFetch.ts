import { givenSignal } from '../adapters/givenSignal.js'
import type { OriginDesk, Served } from './originDesk.js'
import { pieceOf, RAW_STATUS, type ScriptedAnswer, saidLength } from './scriptedAnswers.js'

const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308])
const NO_BODY_STATUS = new Set([204, 205, 304])
const MAX_REDIRECTS = 20

/** A `fetch` over a scripted origin, without a network. Bytes are made when they are read, 64 KiB at a time. */
export function createScriptedFetch(desk: OriginDesk): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const signal = givenSignal(input, init)
    let url = new URL(request.url)
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await answerOne(desk, url, request, signal)
      const location = REDIRECT_STATUS.has(response.status) ? response.headers.get('location') : null
      if (location === null || request.redirect === 'manual') return arrivedAt(response, url, hops > 0)
      if (request.redirect === 'error') throw new TypeError('fetch failed: unexpected redirect')
      url = new URL(location, url)
    }
    throw new TypeError('fetch failed: redirect count exceeded')
  }
}

async function answerOne(
  desk: OriginDesk,
  url: URL,
  { method, headers }: Request,
  signal: AbortSignal,
): Promise<Response> {
  signal.throwIfAborted()
  if (url.origin !== desk.url) throw failure('fetch failed', 'ENOTFOUND')
  const served = desk.take({ method, path: url.pathname + url.search, headers: Object.fromEntries(headers) })
  const { answer } = served
  // As over a network: an answer never comes within the call that asked for it.
  await Promise.resolve()
  if (answer.end === 'refuse') {
    served.ended('cut')
    throw failure('fetch failed', 'ECONNRESET')
  }
  if (answer.end === 'hang') return hangUntilGone(served, signal)
  if (answer.status === RAW_STATUS) {
    served.ended('cut')
    throw new Error('A raw answer needs a socket: let the origin listen')
  }
  return new Response(bodyOf(desk, served, method, signal), { status: answer.status, headers: { ...answer.headers } })
}

/** What `new Response` cannot be told. */
function arrivedAt(response: Response, url: URL, redirected: boolean): Response {
  Object.defineProperty(response, 'url', { value: url.href })
  Object.defineProperty(response, 'redirected', { value: redirected })
  return response
}

function hangUntilGone(served: Served, signal: AbortSignal): Promise<never> {
  void served.stalled()
  return untilGone(served, signal)
}

function untilGone(served: Served, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => {
      served.ended('gone')
      reject(signal.reason)
    }
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

function bodyOf(
  desk: OriginDesk,
  served: Served,
  method: string,
  signal: AbortSignal,
): ReadableStream<Uint8Array> | null {
  const { answer } = served
  if (method === 'HEAD' || NO_BODY_STATUS.has(answer.status)) {
    served.ended('complete')
    return null
  }
  const pieces = new ReadableStream(createPieces(desk, served, signal))
  return answer.headers['content-encoding'] === 'gzip' ? pieces.pipeThrough(new DecompressionStream('gzip')) : pieces
}

/** As a client reads it: no byte past `Content-Length`, and fewer are no clean end. */
function asRead(answer: ScriptedAnswer): Pick<ScriptedAnswer, 'sendBytes' | 'end'> {
  const { sendBytes, end } = answer
  const length = saidLength(answer) ?? sendBytes
  if (sendBytes > length) return { sendBytes: length, end: 'clean' }
  return { sendBytes, end: sendBytes < length && end === 'clean' ? 'drop' : end }
}

/** A source that makes a piece for each pull, and nothing ahead of it. */
function createPieces({ pacer }: OriginDesk, served: Served, signal: AbortSignal): UnderlyingByteSource {
  const left = new AbortController()
  const leave = () => {
    left.abort()
    served.ended('gone')
  }
  let at = 0
  return {
    type: 'bytes',
    start(controller) {
      const stop = () => {
        leave()
        controller.error(signal.reason)
      }
      signal.addEventListener('abort', stop, { once: true })
    },
    async pull(controller) {
      const { sendBytes, end } = asRead(served.answer)
      const piece = pieceOf({ ...served.answer, sendBytes }, at, pacer.pieceBytes()).slice()
      if (piece.length === 0 && end === 'stall') {
        await Promise.race([served.stalled(), gone(left.signal)])
        if (!left.signal.aborted) await this.pull?.(controller)
        return
      }
      if (piece.length === 0) return finish(controller, served, end)
      const { trickle } = served.answer
      if (trickle) await pacer.pause(trickle.everyMs, left.signal)
      await pacer.turn(piece.length, left.signal)
      if (left.signal.aborted) return
      at += piece.length
      served.sent(piece.length)
      controller.enqueue(piece)
    },
    cancel: leave,
  }
}

function gone(left: AbortSignal): Promise<void> {
  return new Promise((resolve) => left.addEventListener('abort', () => resolve(), { once: true }))
}

function finish(controller: ReadableByteStreamController, served: Served, end: ScriptedAnswer['end']): void {
  switch (end) {
    case 'clean':
      served.ended('complete')
      controller.close()
      // A read into a buffer ends only with this.
      controller.byobRequest?.respond(0)
      return
    case 'stall':
    case 'drop':
    case 'reset':
    case 'refuse':
    case 'hang':
      served.ended('cut')
      controller.error(failure('terminated', 'UND_ERR_SOCKET'))
  }
}

/** As Node's fetch words it. */
function failure(message: string, code: string): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error(code), { code }) })
}
