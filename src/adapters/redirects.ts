import { NetworkError, UntrustedOriginError } from '../domain/errors/index.js'
import { isAllowedOrigin } from '../domain/origins.js'
import { untilAborted } from '../domain/timeLimit.js'
import type { FetchRequest } from '../ports/fetcher.js'
import { toConnectError } from './networkErrors.js'

/** What an app decides about every request and every hop of a redirect, with the URL that is to be asked. */
export interface HopOptions {
  /** @default none */
  readonly headers?: ((url: URL) => HeadersInit | Promise<HeadersInit>) | undefined
  /** @default any https origin, and http on loopback */
  readonly isAllowed?: ((url: URL) => boolean) | undefined
}

export interface HopRules {
  readonly headers: (url: URL) => HeadersInit | Promise<HeadersInit>
  readonly isAllowed: (url: URL) => boolean
}

/** One answer on the way. */
export interface Hop {
  readonly status: number
  readonly location: string | undefined
  /** Ends it: nobody reads its body. */
  discard(): void
}

const MAX_REDIRECTS = 10
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308])

export function hopRulesOf({ headers = () => ({}), isAllowed = isAllowedOrigin }: HopOptions): HopRules {
  return { headers, isAllowed }
}

/** Makes one request, no redirect followed. */
export type AskHop<T extends Hop> = (url: URL, headers: Headers, signal: AbortSignal) => Promise<T>

/**
 * Asks hop after hop. Every URL is checked before it is asked and gets the headers of its own origin; none leads from
 * https to http. Rejects with the reason of `signal` as soon as that is aborted.
 */
export async function followRedirects<T extends Hop>(
  request: FetchRequest,
  rules: HopRules,
  signal: AbortSignal,
  ask: AskHop<T>,
): Promise<{ readonly hop: T; readonly url: URL }> {
  let url = checkedUrl(request.url, rules)
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const hop = await answerOf(url, request, rules, signal, ask)
    const next = targetOf(hop, url)
    if (!next) return { hop, url }
    hop.discard()
    url = checkedHop(url, next, rules)
  }
  throw new NetworkError(`${url.host} redirects more than ${MAX_REDIRECTS} times`, { url: request.url })
}

/** Where a redirect may lead. Throws `UntrustedOriginError`. */
export function checkedHop(from: URL, to: URL, rules: HopRules): URL {
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new UntrustedOriginError(`${from.host} redirects from https to ${to.protocol.slice(0, -1)}`, { url: to.href })
  }
  return checkedUrl(to.href, rules)
}

async function answerOf<T extends Hop>(
  url: URL,
  request: FetchRequest,
  rules: HopRules,
  signal: AbortSignal,
  ask: AskHop<T>,
): Promise<T> {
  const answer = async () => {
    const headers = await headersFor(url, rules, request)
    signal.throwIfAborted()
    return ask(url, headers, signal)
  }
  try {
    return await untilAborted(answer(), signal, (late) => late.discard())
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw toConnectError(cause, url.href)
  }
}

/** The app's headers for this origin, and what `request` asks for. */
async function headersFor(url: URL, rules: HopRules, { range, ifRange }: FetchRequest): Promise<Headers> {
  const headers = new Headers(await rules.headers(new URL(url)))
  if (range) headers.set('range', `bytes=${range.offset}-${range.last ?? ''}`)
  if (range && ifRange !== undefined) headers.set('if-range', ifRange)
  return headers
}

function targetOf(hop: Hop, url: URL): URL | undefined {
  const { location } = hop
  if (location === undefined || !REDIRECT_STATUS.has(hop.status)) return undefined
  if (URL.canParse(location, url)) return new URL(location, url)
  hop.discard()
  throw new NetworkError(`${url.host} redirects to something that is no address`, { url: url.href })
}

function checkedUrl(text: string, rules: HopRules): URL {
  if (!URL.canParse(text)) throw new UntrustedOriginError(`"${text}" is no address`, { url: text })
  const url = new URL(text)
  if (rules.isAllowed(url)) return url
  throw new UntrustedOriginError(`Downloads from ${url.origin === 'null' ? url.href : url.origin} are not allowed`, {
    url: text,
  })
}
