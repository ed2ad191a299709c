import type { IncomingMessage } from 'node:http'
import { pipeline, Readable } from 'node:stream'
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
    const { url, headers } = new Request(input, init)
    const signal = givenSignal(input, init)
    const asked = new Headers(headers)
    asked.set('accept-encoding', asked.has('range') ? 'identity' : 'gzip, br')
    return toResponse(await http.get(new URL(url), asked, signal))
  }
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

function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const stream = Readable.toWeb(decoded(message))
  return stream as ReadableStream<Uint8Array> // reason: Node types its own web streams apart from the DOM's
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
