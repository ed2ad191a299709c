import ky, { type KyInstance } from 'ky'
import { NetworkError, StalledError, UntrustedOriginError } from '../domain/errors/index.js'
import { isAllowedOrigin } from '../domain/origins.js'
import type { Clock } from '../ports/clock.js'
import type { FetchAnswer, Fetcher, FetchRequest } from '../ports/fetcher.js'
import { hostOf, toBodyError, toConnectError } from './networkErrors.js'
import { createEmptySource, createStreamSource } from './streamByteSource.js'

export interface KyFetcherOptions {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>
  /** @default the platform's own */
  readonly fetch?: typeof fetch | undefined
  /** Asked before every request and every hop of a redirect, with the URL that is to be asked. */
  readonly headers?: ((url: URL) => HeadersInit | Promise<HeadersInit>) | undefined
  /** Asked for every URL, those of redirects included. @default any https origin, and http on loopback */
  readonly isAllowed?: ((url: URL) => boolean) | undefined
  /**
   * `manual`: every hop is checked before it is asked, and gets the headers of its own origin. Needs a `fetch` that
   * shows redirects, as Node's does. `follow`: browsers hide them, so only the last hop is checked, afterwards.
   */
  readonly redirects: 'manual' | 'follow'
}

const MAX_REDIRECTS = 10
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308])

/** The fetcher over `fetch`, by way of ky with everything off that ky would do by itself. */
export function createKyFetcher(options: KyFetcherOptions): Fetcher {
  const http = ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    cache: 'no-store',
    redirect: options.redirects,
    ...(options.fetch ? { fetch: options.fetch } : {}),
  })
  const rules: Rules = {
    clock: options.clock,
    headers: options.headers ?? (() => ({})),
    isAllowed: options.isAllowed ?? isAllowedOrigin,
  }
  return { open: (request) => open(http, rules, request) }
}

interface Rules {
  readonly clock: KyFetcherOptions['clock']
  readonly headers: (url: URL) => HeadersInit | Promise<HeadersInit>
  readonly isAllowed: (url: URL) => boolean
}

/** Ends the request: by the caller's signal, by the time-out, or when nobody wants its bytes any more. */
interface Connection {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  /** Stops listening to the caller's signal. */
  release(): void
}

async function open(http: KyInstance, rules: Rules, request: FetchRequest): Promise<FetchAnswer> {
  request.signal.throwIfAborted()
  const connection = connect(request.signal)
  const { headersMs } = request.timeouts
  const stalled = () =>
    new StalledError(`${hostOf(request.url)} did not answer for ${headersMs} ms`, {
      url: request.url,
      afterMs: headersMs,
    })
  const timer = rules.clock.setTimeout(() => connection.abort(stalled()), headersMs)
  try {
    return toAnswer(await follow(http, rules, request, connection), connection)
  } catch (error) {
    connection.abort()
    connection.release()
    throw error
  } finally {
    rules.clock.clearTimeout(timer)
  }
}

function connect(signal: AbortSignal): Connection {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  signal.addEventListener('abort', onAbort)
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => signal.removeEventListener('abort', onAbort),
  }
}

interface Arrival {
  readonly response: Response
  readonly url: URL
}

async function follow(http: KyInstance, rules: Rules, request: FetchRequest, connection: Connection): Promise<Arrival> {
  let url = checkedUrl(request.url, rules)
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await ask(http, rules, { ...request, url: url.href }, connection.signal)
    const next = redirectTarget(response, url)
    if (!next) return { response, url: checkedArrival(response, url, rules) }
    discard(response)
    url = checkedHop(url, next, rules)
  }
  throw new NetworkError(`${url.host} redirects more than ${MAX_REDIRECTS} times`, { url: request.url })
}

async function ask(http: KyInstance, rules: Rules, request: FetchRequest, signal: AbortSignal): Promise<Response> {
  const answer = async () => {
    const headers = new Headers(await rules.headers(new URL(request.url)))
    setRange(headers, request)
    signal.throwIfAborted()
    return http.get(request.url, { headers, signal })
  }
  try {
    return await untilAborted(answer(), signal, discard)
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw toConnectError(cause, request.url)
  }
}

function setRange(headers: Headers, { range, ifRange }: FetchRequest): void {
  if (range) headers.set('range', `bytes=${range.offset}-${range.last ?? ''}`)
  if (range && ifRange !== undefined) headers.set('if-range', ifRange)
}

function redirectTarget(response: Response, url: URL): URL | undefined {
  const location = REDIRECT_STATUS.has(response.status) ? response.headers.get('location') : null
  if (location === null) return undefined
  if (URL.canParse(location, url)) return new URL(location, url)
  discard(response)
  throw new NetworkError(`${url.host} redirects to something that is no address`, { url: url.href })
}

function checkedUrl(text: string, rules: Rules): URL {
  if (!URL.canParse(text)) throw new UntrustedOriginError(`"${text}" is no address`, { url: text })
  const url = new URL(text)
  if (rules.isAllowed(url)) return url
  throw new UntrustedOriginError(`Downloads from ${url.origin === 'null' ? url.href : url.origin} are not allowed`, {
    url: text,
  })
}

function checkedHop(from: URL, to: URL, rules: Rules): URL {
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new UntrustedOriginError(`${from.host} redirects from https to ${to.protocol.slice(0, -1)}`, { url: to.href })
  }
  return checkedUrl(to.href, rules)
}

/** Where `fetch` followed redirects by itself, this is the first that is known of them. */
function checkedArrival(response: Response, url: URL, rules: Rules): URL {
  if (!response.redirected || response.url === '') return url
  try {
    return checkedHop(url, new URL(response.url), rules)
  } catch (error) {
    discard(response)
    throw error
  }
}

function toAnswer({ response, url }: Arrival, connection: Connection): FetchAnswer {
  return {
    status: response.status,
    url: url.href,
    header: (name) => response.headers.get(name) ?? undefined,
    body: response.body ? toSource(response.body, url, connection) : emptySource(connection),
  }
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

/** Not every `fetch` ends with its signal. What comes too late goes to `discardLate`. */
function untilAborted<T>(
  result: Promise<T>,
  signal: AbortSignal,
  discardLate: (late: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    result
      .then((value) => (signal.aborted ? discardLate(value) : resolve(value)), reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
