import type { Bytes } from '../domain/bytes.js'
import {
  type Asked,
  answerPart,
  answerProperly,
  answerWhole,
  answerWith,
  type Resource,
  type ScriptedAnswer,
  text,
} from './scriptedAnswers.js'

/** One request, its file, and the answer so far. */
export interface Exchange {
  readonly asked: Asked
  readonly resource: Resource | undefined
  readonly answer: ScriptedAnswer
}

/** What goes wrong with one answer; with every one from then on where it is `sticky`. */
export interface Fault {
  readonly name: string
  readonly sticky?: boolean
  apply(exchange: Exchange): ScriptedAnswer
}

/** Nothing goes wrong with this one. */
export function pass(): Fault {
  return { name: 'pass', apply: ({ answer }) => answer }
}

/** The same with every answer from then on. */
export function always(fault: Fault): Fault {
  return { ...fault, name: `always ${fault.name}`, sticky: true }
}

/** Several at once, in this order. */
export function together(...faults: readonly Fault[]): Fault {
  return {
    name: faults.map(({ name }) => name).join(' and '),
    apply: (exchange) => faults.reduce((answer, fault) => fault.apply({ ...exchange, answer }), exchange.answer),
  }
}

/** The connection breaks after `bytes` of the body. */
export function dropAfter(bytes: number): Fault {
  return { name: `dropAfter ${bytes}`, apply: ({ answer }) => cut(answer, bytes, 'drop') }
}

/** After `bytes` of the body nothing more comes, until the client goes away or the origin closes. */
export function stall(bytes = 0): Fault {
  return { name: `stall ${bytes}`, apply: ({ answer }) => cut(answer, bytes, 'stall') }
}

/** The connection breaks before any header. */
export function refuse(): Fault {
  return { name: 'refuse', apply: ({ answer }) => ({ ...answer, end: 'refuse' }) }
}

/** The connection is taken, and no header ever comes. */
export function hang(): Fault {
  return { name: 'hang', apply: ({ answer }) => ({ ...answer, end: 'hang' }) }
}

/** A clean end after `bytes` of the body, and no length that would give it away. */
export function truncate(bytes: number): Fault {
  return {
    name: `truncate ${bytes}`,
    apply: ({ answer }) => cut(withoutHeader(answer, 'content-length'), bytes, 'clean'),
  }
}

export interface StatusDetails {
  /** Seconds, or a date as HTTP writes it. */
  readonly retryAfter?: number | string
  readonly body?: string | Bytes
  readonly contentType?: string
}

/** Another status, with a body of its own. */
export function status(
  code: number,
  { retryAfter, body = `status ${code}`, contentType = 'text/plain' }: StatusDetails = {},
): Fault {
  const headers = {
    'content-type': contentType,
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  }
  const bytes = typeof body === 'string' ? text(body) : body
  return { name: `status ${code}`, apply: () => answerWith(code, bytes, headers) }
}

/** A page instead of the file, as a captive portal or a login sends it. */
export function html(page = '<!doctype html><title>Sign in</title>'): Fault {
  return { ...status(200, { body: page, contentType: 'text/html' }), name: 'html' }
}

/** To a path of this origin or to any URL. */
export function redirect(to: string, code: 301 | 302 | 303 | 307 | 308 = 302): Fault {
  return { name: `redirect ${to}`, apply: () => answerWith(code, text(''), { location: to }) }
}

/** 200 with the whole file, whatever part was asked for. */
export function ignoreRange(): Fault {
  return { name: 'ignoreRange', apply: ({ resource, answer }) => (resource ? answerWhole(resource) : answer) }
}

/** 206 from `start` on, whatever part was asked for; `Content-Range` says so. */
export function wrongRange(start: number): Fault {
  return {
    name: `wrongRange ${start}`,
    apply: ({ resource, answer }) => (resource ? answerPart(resource, start, resource.bytes.length) : answer),
  }
}

/** The byte at `offset` of the file is another one, in the answers that hold it. */
export function corrupt(offset: number): Fault {
  return { name: `corrupt ${offset}`, apply: ({ answer }) => flip(answer, offset - startOf(answer)) }
}

/** From here on the file has another ETag, with the same bytes. */
export function changeEtag(etag?: string): Fault {
  return {
    name: 'changeEtag',
    apply({ asked, resource, answer }) {
      if (!resource) return answer
      resource.etag = etag ?? `"${(resource.etag ?? '').replaceAll('"', '')}-changed"`
      return answerProperly(asked, resource)
    },
  }
}

/** A header is another one, or missing where `value` is `undefined`. */
export function header(name: string, value: string | undefined): Fault {
  return {
    name: `header ${name}`,
    apply({ answer }) {
      const rest = withoutHeader(answer, name.toLowerCase())
      return value === undefined ? rest : { ...rest, headers: { ...rest.headers, [name.toLowerCase()]: value } }
    },
  }
}

function cut(answer: ScriptedAnswer, bytes: number, end: ScriptedAnswer['end']): ScriptedAnswer {
  return { ...answer, sendBytes: Math.min(bytes, answer.sendBytes), end }
}

function withoutHeader(answer: ScriptedAnswer, name: string): ScriptedAnswer {
  return { ...answer, headers: Object.fromEntries(Object.entries(answer.headers).filter(([key]) => key !== name)) }
}

function startOf({ headers }: ScriptedAnswer): number {
  return Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? 0)
}

function flip(answer: ScriptedAnswer, at: number): ScriptedAnswer {
  const byte = answer.body[at]
  if (byte === undefined) return answer
  const body = answer.body.slice()
  body[at] = byte ^ 0xff
  return { ...answer, body }
}
