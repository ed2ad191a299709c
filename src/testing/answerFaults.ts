import type { Bytes } from '../domain/bytes.js'
import type { Fault } from './fault.js'
import { answerProperly, answerWith, startOf, text, withBody, withHeader } from './scriptedAnswers.js'
import { toGzip } from './toGzip.js'

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

/** What is at `path`, as if that had been asked for: two answers taken for each other. */
export function swap(path: string): Fault {
  return { name: `swap ${path}`, apply: ({ asked, find }) => answerProperly({ ...asked, path }, find(path)) }
}

/** A header is another one, or missing where `value` is `undefined`. */
export function header(name: string, value: string | undefined): Fault {
  return { name: `header ${name}`, apply: ({ answer }) => withHeader(answer, name.toLowerCase(), value) }
}

/** A page of another origin sees the body and next to no header. Only browsers hide them. */
export function hideHeaders(): Fault {
  return { ...header('access-control-expose-headers', undefined), name: 'hideHeaders' }
}

/** A page of another origin gets no answer at all. Only browsers keep it from it. */
export function refuseOrigins(): Fault {
  return { ...header('access-control-allow-origin', undefined), name: 'refuseOrigins' }
}

/** A preflight is not known to this server: 405, without a header that would allow anything. */
export function refusePreflight(): Fault {
  const refusal = { ...answerWith(405, text('method not allowed')), headers: {} }
  return { name: 'refusePreflight', ofPreflights: true, apply: () => refusal }
}

/** The byte at `offset` of the file is another one, in the answers that hold it. */
export function corrupt(offset: number): Fault {
  return {
    name: `corrupt ${offset}`,
    apply({ answer }) {
      const at = offset - startOf(answer)
      const byte = answer.body[at]
      if (byte === undefined) return answer
      const body = answer.body.slice()
      body[at] = byte ^ 0xff
      return { ...answer, body }
    },
  }
}

export interface Injected {
  readonly before?: string | Bytes
  readonly after?: string | Bytes
}

/** Bytes of somebody on the way around the body. `Content-Length` counts them. */
export function inject({ before = '', after = '' }: Injected): Fault {
  const [first, last] = [before, after].map((part) => (typeof part === 'string' ? text(part) : part))
  return {
    name: 'inject',
    apply: ({ answer }) => withBody(answer, new Uint8Array([...(first ?? []), ...answer.body, ...(last ?? [])])),
  }
}

/**
 * The file compressed, although nobody asked for that, with the `Content-Length` of what is sent. What becomes of a
 * range: `ignored`, as nginx, 200 with all of it; `compressed`, as Apache, 206 of the compressed bytes.
 */
export function gzip(ranges: 'ignored' | 'compressed' = 'ignored'): Fault {
  return {
    name: `gzip ${ranges}`,
    apply({ asked, resource, answer }) {
      if (!resource) return answer
      const packed = { ...resource, bytes: toGzip(resource.bytes), etag: gzipEtag(resource.etag, ranges) }
      const { range: _, ...others } = asked.headers
      const sent = answerProperly(ranges === 'ignored' ? { ...asked, headers: others } : asked, packed)
      return withHeader(sent, 'content-encoding', 'gzip')
    },
  }
}

/** nginx makes it weak, Apache another one. */
function gzipEtag(etag: string | undefined, ranges: 'ignored' | 'compressed'): string | undefined {
  if (etag === undefined) return undefined
  return ranges === 'ignored' ? `W/${etag.replace(/^W\//, '')}` : etag.replace(/"$/, '-gzip"')
}
