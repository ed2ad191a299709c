import { untilAborted } from '../domain/timeLimit.js'
import type { FetchAnswer, Fetcher, FetchRequest } from '../ports/fetcher.js'
import { type Connection, type LimitClock, openInTime } from './connection.js'
import { saidLength } from './contentLength.js'
import { toBodyError } from './networkErrors.js'
import { checkedHop, followRedirects, type Hop, type HopOptions, type HopRules, hopRulesOf } from './redirects.js'
import { createEmptySource, createStreamSource } from './streamByteSource.js'

export interface FetchFetcherOptions extends HopOptions {
  readonly clock: LimitClock
  /**
   * `manual`: every hop is checked before it is asked, and gets the headers of its own origin. Needs a `fetch` that
   * shows redirects, as Node's does. `follow`: browsers hide them, so only the last hop is checked, afterwards; and
   * what redirects is asked without the headers that are the app's own, but for `Authorization`.
   */
  readonly redirects: 'manual' | 'follow'
}

/**
 * Makes one GET request, past every cache, and never throws for a status. Follows redirects as `redirects` of the
 * options says, and none under `redirect: 'manual'`.
 */
export type Get = (
  href: string,
  init: { readonly headers: Headers; readonly signal: AbortSignal; readonly redirect?: 'manual' },
) => Promise<Response>

/** A fetcher over whatever answers as `fetch` does. */
export function createFetchFetcher(options: FetchFetcherOptions, get: Get): Fetcher {
  return {
    open: (request) => openInTime(request, options.clock, (connection) => open(get, options, request, connection)),
  }
}

interface ResponseHop extends Hop {
  readonly response: Response
}

async function open(
  get: Get,
  { redirects, ...options }: FetchFetcherOptions,
  request: FetchRequest,
  connection: Connection,
): Promise<FetchAnswer> {
  const rules = hopRulesOf(options)
  const ask = redirects === 'follow' ? askFollowing : askOne
  const { hop, url } = await followRedirects(request, rules, connection.signal, async ({ href }, headers, signal) =>
    toHop(await ask(get, href, headers, signal)),
  )
  const arrived = checkedArrival(hop, url, rules)
  return toAnswer(hop.response, arrived, connection, showsEncoding(hop.response, redirects))
}

function askOne(get: Get, href: string, headers: Headers, signal: AbortSignal): Promise<Response> {
  return get(href, { headers, signal })
}

/** No secrets, but for the one that `fetch` takes off by itself when a redirect leads to another origin. */
const HEADERS_THAT_FOLLOW = new Set(['accept', 'accept-language', 'authorization', 'if-range', 'range'])

/** `fetch` would take all others along, to any origin. */
async function askFollowing(get: Get, href: string, headers: Headers, signal: AbortSignal): Promise<Response> {
  const following = new Headers([...headers].filter(([name]) => HEADERS_THAT_FOLLOW.has(name)))
  if ([...following].length === [...headers].length) return get(href, { headers, signal })
  const response = await get(href, { headers, signal, redirect: 'manual' })
  return response.type === 'opaqueredirect' ? get(href, { headers: following, signal }) : response
}

function toHop(response: Response): ResponseHop {
  return {
    response,
    status: response.status,
    location: response.headers.get('location') ?? undefined,
    discard: () => discard(response),
  }
}

/** Where `fetch` followed redirects by itself, this is the first that is known of them. */
function checkedArrival({ response, discard }: ResponseHop, url: URL, rules: HopRules): URL {
  if (!response.redirected || response.url === '') return url
  try {
    return checkedHop(url, new URL(response.url), rules)
  } catch (error) {
    discard()
    throw error
  }
}

/**
 * Whether a missing `Content-Encoding` means that there is none. CORS hides it, and so may a service worker, whose
 * answers are of the type `default`, as all are of a `fetch` outside browsers.
 */
function showsEncoding({ type }: Response, redirects: FetchFetcherOptions['redirects']): boolean {
  return type === 'basic' || (type === 'default' && redirects === 'manual')
}

function toAnswer(response: Response, url: URL, connection: Connection, isEncodingShown: boolean): FetchAnswer {
  const header = (name: string) => response.headers.get(name) ?? undefined
  return {
    status: response.status,
    url: url.href,
    header,
    length: lengthOf(response, header, isEncodingShown),
    body: response.body ? toSource(response.body, url, connection) : emptySource(connection),
  }
}

function lengthOf({ body }: Response, header: FetchAnswer['header'], isEncodingShown: boolean): number | undefined {
  if (!body) return 0
  return isEncodingShown && header('content-encoding') === undefined ? saidLength(header) : undefined
}

function toSource(stream: ReadableStream<Uint8Array>, url: URL, connection: Connection): FetchAnswer['body'] {
  const toError = (cause: unknown) =>
    connection.signal.aborted ? connection.signal.reason : toBodyError(cause, url.href)
  const source = createStreamSource(stream, { toError, onEnd: () => connection.release() })
  connection.signal.addEventListener('abort', () => void source.cancel(), { once: true })
  return {
    readInto: (target) => untilAborted(source.readInto(target), connection.signal),
    async cancel() {
      connection.release()
      await source.cancel()
      connection.abort()
    },
  }
}

function emptySource(connection: Connection): FetchAnswer['body'] {
  connection.release()
  return createEmptySource()
}

function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
