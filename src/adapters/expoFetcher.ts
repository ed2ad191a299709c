import type { Fetcher } from '../ports/fetcher.js'
import { createFetchFetcher, type FetchFetcherOptions } from './fetchFetcher.js'
import { createWindowedFetcher } from './windowedFetcher.js'

export interface ExpoFetcherOptions extends Omit<FetchFetcherOptions, 'redirects'> {
  /** `fetch` of `expo/fetch`, or one that does as it does. */
  readonly fetch: (url: string, init: ExpoRequestInit) => Promise<Response>
}

export interface ExpoRequestInit {
  readonly headers: Headers
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  readonly credentials: 'omit'
}

/** The system pushes an answer's bytes whether they are read or not: so no answer is longer than this. */
const WINDOW_BYTES = 4 * 1024 * 1024

/**
 * The fetcher over `expo/fetch`, without ky: that makes a `Request`, and React Native's adds the time to the URL of one
 * that no cache may answer. What keeps caches out here is a header.
 */
export function createExpoFetcher({ fetch, ...options }: ExpoFetcherOptions): Fetcher {
  const fetcher = createFetchFetcher({ ...options, redirects: 'manual' }, (url, { headers, signal }) => {
    headers.set('cache-control', 'no-cache, no-store')
    return fetch(url, { headers, signal, redirect: 'manual', credentials: 'omit' })
  })
  return createWindowedFetcher(fetcher, WINDOW_BYTES)
}
