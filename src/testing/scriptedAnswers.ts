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
  /** More than there is: `body` again from its start. */
  readonly sendBytes: number
  /**
   * `clean`: as an answer ends; `drop`: the connection breaks; `reset`: it breaks with RST; `stall`: nothing more
   * comes. `refuse` and `hang` are `drop` and `stall` before any header.
   */
  readonly end: 'clean' | 'drop' | 'reset' | 'stall' | 'refuse' | 'hang'
  /** Pieces of so many bytes, each after so long. */
  readonly trickle?: { readonly bytes: number; readonly everyMs: number }
  /** What goes to a socket in place of status and headers, as it is. Its connection serves no other request. */
  readonly head?: string
  /** The end of the connection is the end of the body. */
  readonly untilClose?: boolean
}

/** The status of an answer that has none but in its `head`. */
export const RAW_STATUS = 0

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

export function withHeader(answer: ScriptedAnswer, name: string, value: string | undefined): ScriptedAnswer {
  const rest = Object.fromEntries(Object.entries(answer.headers).filter(([key]) => key !== name))
  return { ...answer, headers: value === undefined ? rest : { ...rest, [name]: value } }
}

/** Another body, all of it sent, and its length said where a length was. */
export function withBody(answer: ScriptedAnswer, body: Bytes): ScriptedAnswer {
  const whole = { ...answer, body, sendBytes: body.length }
  return 'content-length' in answer.headers ? withHeader(whole, 'content-length', String(body.length)) : whole
}

/** Where in the file the body begins, as `Content-Range` says. */
export function startOf({ headers }: ScriptedAnswer): number {
  return Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? 0)
}

/** What is written to the socket as it is; `undefined` where an HTTP library can do it. */
export function headOf({ status, headers, head, untilClose }: ScriptedAnswer): string | undefined {
  if (head !== undefined || !untilClose) return head
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}connection: close\r\n\r\n`
}

/** What of the body goes out from `at` on, before `end`, in one piece; for ever the same again where it is short. */
export function pieceOf({ body, sendBytes, trickle }: ScriptedAnswer, at: number, mostBytes: number): Bytes {
  const from = body.length > 0 ? at % body.length : 0
  const count = Math.min(mostBytes, trickle?.bytes ?? mostBytes, sendBytes - at)
  return body.subarray(from, from + Math.max(0, count))
}

/** What `Content-Length` says; `undefined` without one. */
export function saidLength({ headers }: ScriptedAnswer): number | undefined {
  const said = headers['content-length']
  return said === undefined ? undefined : Number(said)
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

/** The bytes that the request gets, by its range and its validator; `undefined` for all of them. */
export function askedRange(asked: Asked, resource: Resource): { start: number; end: number } | undefined {
  return isRangeWanted(asked, resource) ? readRange(asked.headers.range, resource.bytes.length) : undefined
}

function answerRange(asked: Asked, resource: Resource): ScriptedAnswer {
  const range = askedRange(asked, resource)
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
