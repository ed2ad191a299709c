import type { FetchAnswer } from '../ports/fetcher.js'

/** Their answers have no body, whatever `Content-Length` says. */
export const BODILESS_STATUS: ReadonlySet<number> = new Set([204, 205, 304])

/** The bytes of a body as they are sent; `undefined` where the server does not say, or says something else. */
export function saidLength(header: FetchAnswer['header']): number | undefined {
  const said = header('content-length') ?? ''
  if (!/^\d+$/.test(said) || header('transfer-encoding') !== undefined) return undefined
  const length = Number(said)
  return Number.isSafeInteger(length) ? length : undefined
}
