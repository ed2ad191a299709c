import { HttpStatusError, IntegrityError, NetworkError, type PluginDockError } from '../domain/errors/index.js'
import type { FetchAnswer } from '../ports/fetcher.js'

/** What was asked for: from `offset` on, of a bundle of `size` bytes; `isPart` where a range was asked for. */
export interface Asked {
  readonly url: string
  readonly offset: number
  readonly size: number
  readonly isPart: boolean
}

/** Where an answer's bytes belong. */
export interface AnswerPlace {
  /** Of its first byte, in the bundle. */
  readonly offset: number
  /** Whether it is the whole file, whatever was asked for. */
  readonly isWhole: boolean
  /** Whether it calls itself a web page: then bytes that are wrong are those of a network's login. */
  readonly isPage: boolean
}

/** An answer that has nothing to do with the part that was asked for. Asked for the whole, the server may do better. */
export class OddPart extends Error {
  readonly error: PluginDockError

  constructor(error: PluginDockError) {
    super(error.message)
    this.error = error
  }
}

/**
 * Where in the bundle an answer lies. Throws for one that is no part of the bundle, {@link OddPart} where the server
 * seems not to understand ranges. What headers say is only ever used to refuse early: whether the bytes are right,
 * their digests decide.
 */
export function placeOf(answer: FetchAnswer, asked: Asked, now: number): AnswerPlace {
  if (answer.status === 200) return placeOfWhole(answer, asked)
  if (answer.status === 206 && !asked.isPart) return placeOfUnaskedPart(answer, asked)
  if (answer.status === 206) return { offset: offsetOfPart(answer, asked), isWhole: false, isPage: isWebPage(answer) }
  const error = answer.status === 416 ? unsatisfied(answer, asked) : statusError(answer, now)
  throw asked.isPart && PART_STATUS.has(answer.status) ? new OddPart(error) : error
}

/** To a request for a part that exists: the server has lost its way with ranges. */
const PART_STATUS = new Set([400, 416, 501])

/** The typed error for a status that brings no bytes. */
export function statusError(answer: FetchAnswer, now: number): HttpStatusError {
  const { host } = new URL(answer.url)
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), answer.header('date'), now)
  const message = `${host} answered ${answer.status}${STATUS_WORDS[answer.status] ?? ''}`
  const details = { url: answer.url, status: answer.status }
  return new HttpStatusError(message, retryAfterMs === undefined ? details : { ...details, retryAfterMs })
}

const STATUS_WORDS: Record<number, string> = {
  401: ' (not signed in)',
  403: ' (forbidden, or the link has expired)',
  404: ' (not found)',
  410: ' (gone)',
  429: ' (too many requests)',
  451: ' (not available for legal reasons)',
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

/** What a captive portal sends. */
export function webPageError(url: string): NetworkError {
  const message = `${hostOf(url)} sent a web page instead of the file; this network may want you to sign in first`
  return new NetworkError(message, { url, isWebPage: true })
}

function placeOfWhole(answer: FetchAnswer, asked: Asked): AnswerPlace {
  const { length } = answer
  const isPage = isWebPage(answer)
  if (length !== undefined && length !== asked.size) throw isPage ? webPageError(asked.url) : wrongSize(asked, length)
  return { offset: 0, isWhole: true, isPage }
}

function placeOfUnaskedPart(answer: FetchAnswer, asked: Asked): AnswerPlace {
  const [, first, last, total] = partsOf(answer) ?? []
  if (Number(first) === 0 && Number(last) === asked.size - 1 && (total === '*' || Number(total) === asked.size)) {
    return { offset: 0, isWhole: true, isPage: isWebPage(answer) }
  }
  throw new NetworkError(`${hostOf(asked.url)} answered with a part of the file when the whole was asked for`, asked)
}

function offsetOfPart(answer: FetchAnswer, asked: Asked): number {
  const encoding = answer.header('content-encoding') ?? 'identity'
  if (answer.header('content-type')?.startsWith('multipart/byteranges')) throw odd(asked, 'with several parts')
  if (encoding !== 'identity') throw odd(asked, `with a part of the ${encoding} form of the file`)
  if (answer.header('content-range') === undefined) return asked.offset
  const [, first, last, total] = partsOf(answer) ?? []
  if (total !== undefined && total !== '*' && Number(total) !== asked.size) {
    throw new OddPart(wrongSize(asked, Number(total)))
  }
  if (first === undefined || Number(first) !== asked.offset) throw odd(asked, 'with another part of the file')
  if (Number(last) < Number(first)) throw odd(asked, 'with an empty part')
  return asked.offset
}

/** Of `bytes 0-99/100`. */
function partsOf(answer: FetchAnswer): RegExpExecArray | undefined {
  return /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.header('content-range') ?? '') ?? undefined
}

function odd(asked: Asked, what: string): OddPart {
  return new OddPart(new NetworkError(`${hostOf(asked.url)} answered ${what} to a request for one part of it`, asked))
}

function unsatisfied(answer: FetchAnswer, asked: Asked): IntegrityError {
  const total = /^bytes \*\/(\d+)$/.exec(answer.header('content-range') ?? '')?.[1]
  return wrongSize(asked, total === undefined ? undefined : Number(total))
}

function wrongSize(asked: Asked, total: number | undefined): IntegrityError {
  const found = total === undefined ? 'is shorter' : `has ${total} bytes`
  const message = `The file at ${hostOf(asked.url)} ${found}; the manifest says ${asked.size} bytes`
  return new IntegrityError(message, { url: asked.url })
}

/** Whether an answer calls itself a web page. */
export function isWebPage(answer: FetchAnswer): boolean {
  return /^(text\/html|application\/xhtml\+xml)\b/i.test(answer.header('content-type') ?? '')
}

function hostOf(url: string): string {
  return new URL(url).host || url
}
