import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { BODILESS_STATUS } from './contentLength.js'
import { givenSignal } from './givenSignal.js'
import type { NodeHttp } from './nodeHttp.js'

/**
 * As much of `fetch` as ky needs to GET documents, redirects shown and not followed, over `node:http`. Node's own
 * brings an HTTP parser in WebAssembly, which takes 30 MiB while it is compiled, beside the one that bundles use.
 */
export function createNodeFetch(http: NodeHttp): typeof fetch {
  return async (input, init) => {
    const { url, headers } = requestOf(input, init)
    const signal = givenSignal(input, init)
    const asked = new Headers(headers)
    asked.set('accept-encoding', asked.has('range') ? 'identity' : 'gzip, br')
    return toResponse(await http.get(new URL(url), asked, signal))
  }
}

/** Itself, where nothing is to be changed: to make one takes as long as to ask. */
function requestOf(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): Request {
  const isReady = input instanceof Request && Object.keys(init ?? {}).length === 0
  return isReady ? input : new Request(input, init)
}

function toResponse(message: IncomingMessage): Response {
  const { statusCode = 0 } = message
  const headers = headersOf(message)
  if (!BODILESS_STATUS.has(statusCode)) return new Response(bodyOf(message), { status: statusCode, headers })
  message.resume()
  return new Response(null, { status: statusCode, headers })
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

/** Of bytes, as `fetch` gives it: who wants to read into buffers may. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = decoded(message)
  const pieces: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { done, value } = await pieces.next()
      // a copy: to enqueue bytes is to give their buffer away, and others may have a part of it
      if (!done) return controller.enqueue(new Uint8Array(value))
      controller.close()
      controller.byobRequest?.respond(0)
    },
    cancel: () => void source.destroy(),
  })
}

function decoded(message: IncomingMessage): Readable {
  switch (message.headers['content-encoding']?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return pipeline(message, createGunzip(), ignore)
    case 'br':
      return pipeline(message, createBrotliDecompress(), ignore)
    default:
      return message
  }
}

/** Whoever reads the stream hears of it. */
function ignore(): void {}
