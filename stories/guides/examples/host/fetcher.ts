import {
  type ByteSource,
  type FetchAnswer,
  type Fetcher,
  type FetchRequest,
  NetworkError,
  StalledError,
} from 'plugdock'

/** Any `fetch` as a fetcher: one request, every status an answer, and no time limit for a body. */
export function createFetcher(fetch: typeof globalThis.fetch): Fetcher {
  return {
    async open(request) {
      const { url, signal, timeouts } = request
      signal.throwIfAborted()
      const ending = new AbortController()
      const follow = () => ending.abort(signal.reason)
      signal.addEventListener('abort', follow, { once: true })
      const late = new StalledError('No answer came in time', {
        url,
        afterMs: timeouts.headersMs,
        waitedFor: 'headers',
      })
      const timer = setTimeout(() => ending.abort(late), timeouts.headersMs)
      try {
        const response = await fetch(url, { cache: 'no-store', headers: headersOf(request), signal: ending.signal })
        return answerOf(response, request, () => signal.removeEventListener('abort', follow))
      } catch (cause) {
        signal.removeEventListener('abort', follow)
        throw reasonOf(ending.signal) ?? networkError(cause, url)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function headersOf({ range, ifRange }: FetchRequest): Record<string, string> {
  if (!range) return {}
  const asked = { range: `bytes=${range.offset}-${range.last ?? ''}` }
  return ifRange === undefined ? asked : { ...asked, 'if-range': ifRange }
}

function answerOf(response: Response, { url, signal }: FetchRequest, onEnd: () => void): FetchAnswer {
  const answeredBy = response.url || url
  if (url.startsWith('https:') && !answeredBy.startsWith('https:'))
    throw new NetworkError('The server led from https to http', { url })
  const length = response.headers.get('content-length')
  const isPlain = (response.headers.get('content-encoding') ?? 'identity') === 'identity'
  return {
    status: response.status,
    url: answeredBy,
    header: (name) => response.headers.get(name) ?? undefined,
    length: length !== null && isPlain ? Number(length) : undefined,
    body: sourceOf(response, url, signal, onEnd),
  }
}

/** What a piece has more than was asked for waits for the next read. */
function sourceOf({ body }: Response, url: string, signal: AbortSignal, onEnd: () => void): ByteSource {
  const reader = body?.getReader()
  let rest = new Uint8Array(0)
  return {
    async readInto(target) {
      try {
        while (rest.length === 0) {
          const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
          signal.throwIfAborted()
          if (value === undefined || done) return 0
          rest = value
        }
      } catch (cause) {
        throw reasonOf(signal) ?? networkError(cause, url)
      }
      signal.throwIfAborted()
      const piece = rest.subarray(0, target.length)
      target.set(piece)
      rest = rest.subarray(piece.length)
      return piece.length
    },
    async cancel() {
      onEnd()
      await reader?.cancel().catch(() => {})
    },
  }
}

function reasonOf(signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : undefined
}

function networkError(cause: unknown, url: string): NetworkError {
  if (cause instanceof NetworkError) return cause
  return new NetworkError('The server could not be reached', { url }, { cause })
}
