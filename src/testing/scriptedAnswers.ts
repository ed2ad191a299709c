import type { Bytes } from '../domain/bytes.js'

/** A file of a scripted origin. */
export interface Resource {
  readonly bytes: Bytes
  readonly contentType: string
  etag: string | undefined
  readonly lastModified: string | undefined
}

/** What was asked. Header names in lower case. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** What is sent: of `body` the first `sendBytes`, then the end. */
export interface ScriptedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Bytes
  readonly sendBytes: number
  /**
   * `clean`: as an answer ends; `drop`: the connection breaks; `stall`: nothing more comes. `refuse` and `hang` are
   * the last two before any header.
   */
  readonly end: 'clean' | 'drop' | 'stall' | 'refuse' | 'hang'
}

const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'accept-ranges, content-encoding, content-length, content-range, etag, last-modified, location, retry-after',
}

/** A whole answer with these bytes. */
export function answerWith(
  status: number,
  body: Bytes,
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  const length = { 'content-length': String(body.length) }
  return { status, headers: { ...CORS_HEADERS, ...length, ...headers }, body, sendBytes: body.length, end: 'clean' }
}

/** What a server does that keeps to the rules: ranges, If-Range, 416, HEAD, CORS preflights. */
export function answerProperly(asked: Asked, resource: Resource | undefined): ScriptedAnswer {
  if (asked.method === 'OPTIONS') return answerPreflight(asked)
  if (asked.method !== 'GET' && asked.method !== 'HEAD') return answerWith(405, text('method not allowed'))
  if (!resource) return answerWith(404, text('not found'), { 'content-type': 'text/plain' })
  const answer = answerRange(asked, resource)
  return asked.method === 'HEAD' ? { ...answer, sendBytes: 0 } : answer
}

export function answerWhole(resource: Resource): ScriptedAnswer {
  return answerWith(200, resource.bytes, headersOf(resource))
}

/** 206 with the bytes from `start` to before `end`. */
export function answerPart(resource: Resource, start: number, end: number): ScriptedAnswer {
  const contentRange = { 'content-range': `bytes ${start}-${end - 1}/${resource.bytes.length}` }
  return answerWith(206, resource.bytes.subarray(start, end), { ...headersOf(resource), ...contentRange })
}

export function text(words: string): Bytes {
  return new TextEncoder().encode(words)
}

function answerPreflight({ headers }: Asked): ScriptedAnswer {
  return answerWith(204, text(''), {
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
  })
}

function answerRange(asked: Asked, resource: Resource): ScriptedAnswer {
  const range = isRangeWanted(asked, resource) ? readRange(asked.headers.range, resource.bytes.length) : undefined
  if (!range) return answerWhole(resource)
  if (range.start >= range.end) {
    const contentRange = { 'content-range': `bytes */${resource.bytes.length}` }
    return answerWith(416, text(''), { ...headersOf(resource), ...contentRange })
  }
  return answerPart(resource, range.start, range.end)
}

/** RFC 9110, 13.1.5: a weak ETag never matches, a date only exactly. */
function isRangeWanted({ headers }: Asked, { etag, lastModified }: Resource): boolean {
  const condition = headers['if-range']
  if (condition === undefined) return true
  if (condition.startsWith('"')) return condition === etag
  return condition === lastModified
}

/** `undefined` for what a server may ignore: several ranges, and what is none. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size }
  const end = last === '' ? size : Math.min(size, Number(last) + 1)
  return { start: Number(first), end: Number(first) < size ? end : 0 }
}

function headersOf({ contentType, etag, lastModified }: Resource): Record<string, string> {
  return {
    'accept-ranges': 'bytes',
    'content-type': contentType,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
  }
}
