import { HttpStatusError, IntegrityError, NetworkError } from '../domain/errors/index.js'
import type { FetchAnswer } from '../ports/fetcher.js'

/** What was asked for: from `offset` on, of a bundle of `size` bytes. */
export interface Asked {
  readonly url: string
  readonly offset: number
  readonly size: number
}

/**
 * Where in the bundle an answer's first byte lies. Throws for an answer that is no part of the bundle. What headers
 * say is only ever used to refuse early: whether the bytes are right, their digests decide.
 */
export function offsetOfAnswer(answer: FetchAnswer, asked: Asked, now: number): number {
  if (answer.status === 206) return offsetOfPart(answer, asked)
  if (answer.status === 200) return 0
  if (answer.status === 416) throw wrongSize(asked, totalOf(answer.header('content-range')))
  throw statusError(answer, now)
}

/** The typed error for a status that brings no bytes. */
export function statusError(answer: FetchAnswer, now: number): HttpStatusError {
  const { host } = new URL(answer.url)
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), answer.header('date'), now)
  const message = `${host} answered ${answer.status}${STATUS_WORDS[answer.status] ?? ''}`
  return new HttpStatusError(message, { url: answer.url, status: answer.status, retryAfterMs })
}

const STATUS_WORDS: Record<number, string> = {
  401: ' (not signed in)',
  403: ' (forbidden, or the link has expired)',
  404: ' (not found)',
  410: ' (gone)',
  429: ' (too many requests)',
  500: ' (the server failed)',
  502: ' (bad gateway)',
  503: ' (busy)',
  504: ' (gateway timed out)',
}

/**
 * Milliseconds to wait, of seconds or an HTTP date; a date is read against the server's own clock. `undefined` where
 * there is none, or none that makes sense.
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,10}$/.test(value.trim())) return Number(value) * 1000
  if (!/[a-z]/i.test(value)) return undefined
  const at = Date.parse(value)
  const serverNow = date === undefined ? now : Date.parse(date)
  const delayMs = at - (Number.isNaN(serverNow) ? now : serverNow)
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs)
}

/** A strong ETag that may be sent back; weak and odd ones prove nothing. */
export function strongEtag(answer: FetchAnswer): string | undefined {
  const etag = answer.header('etag')
  return etag !== undefined && /^"[\x21\x23-\x7e]{1,256}"$/.test(etag) ? etag : undefined
}

function offsetOfPart(answer: FetchAnswer, asked: Asked): number {
  if (answer.header('content-type')?.startsWith('multipart/byteranges')) {
    throw new NetworkError(`${hostOf(asked)} answered with several parts to a request for one`, asked)
  }
  const range = answer.header('content-range')
  if (range === undefined) return asked.offset
  const total = totalOf(range)
  if (total !== undefined && total !== asked.size) throw wrongSize(asked, total)
  const start = /^bytes (\d+)-\d+\//.exec(range)?.[1]
  if (Number(start) !== asked.offset) {
    throw new NetworkError(`${hostOf(asked)} answered with another part of the file than was asked for`, asked)
  }
  return asked.offset
}

function totalOf(range: string | undefined): number | undefined {
  const total = /\/(\d+)$/.exec(range ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}

function wrongSize(asked: Asked, total: number | undefined): IntegrityError {
  const found = total === undefined ? 'is shorter' : `has ${total} bytes`
  const message = `The file at ${hostOf(asked)} ${found}; the manifest says ${asked.size} bytes`
  return new IntegrityError(message, { url: asked.url })
}

function hostOf({ url }: Asked): string {
  return new URL(url).host || url
}
