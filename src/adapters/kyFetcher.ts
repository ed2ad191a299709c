import ky from 'ky'
import type { Fetcher } from '../ports/fetcher.js'
import { createFetchFetcher, type FetchFetcherOptions } from './fetchFetcher.js'

export interface KyFetcherOptions extends FetchFetcherOptions {
  /** @default the platform's own */
  readonly fetch?: typeof fetch | undefined
}

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
  return createFetchFetcher(options, (href, init) => http.get(href, init))
}
