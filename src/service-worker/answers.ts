import { PluginDockError } from '../domain/errors/index.js'
import { HELLO_HEADER } from '../domain/servedUrls.js'
import { contentTypeOf } from '../plugins/contentTypes.js'
import type { FilePart } from '../plugins/zipFiles.js'

/** What an app may say of all answers. */
export interface AnswerRules {
  readonly documents: 'sandboxed' | 'sameOrigin'
  readonly headers: Readonly<Record<string, string>>
}

/** Tells with which code of plugdock's a request was refused. */
const CODE_HEADER = 'x-plugdock-error'

/** What a browser shows as a page of its own, script and all. */
const DOCUMENT_TYPE = /^(text\/html|text\/xml|image\/svg\+xml|application\/xml)$/

/**
 * Of every answer. Nothing is stored: what is loaded is verified each time. `require-corp` matters to workers and frames
 * alone, and lets pages start them that are cross-origin isolated.
 */
const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export function helloAnswer(): Response {
  return new Response(null, { status: 204, headers: { ...COMMON_HEADERS, [HELLO_HEADER]: '1' } })
}

export interface FileAnswer {
  readonly path: string
  readonly address: string
  readonly sizeBytes: number
  readonly part: FilePart | undefined
  readonly isNavigation: boolean
}

export function fileHeaders({ path, address, sizeBytes, part, isNavigation }: FileAnswer, rules: AnswerRules): Headers {
  const headers = headersOf(contentTypeOf(path), isNavigation, rules)
  headers.set('accept-ranges', 'bytes')
  headers.set('etag', `"${address}"`)
  headers.set('content-length', String(part ? part.length : sizeBytes))
  if (part) headers.set('content-range', `bytes ${part.offset}-${part.offset + part.length - 1}/${sizeBytes}`)
  return headers
}

/** Of a module whose imports were pointed elsewhere: it has another length than its file, and no parts. */
export function moduleHeaders(rules: AnswerRules): Headers {
  return headersOf('text/javascript', false, rules)
}

export function unsatisfiableAnswer(sizeBytes: number): Response {
  const headers = { ...COMMON_HEADERS, 'content-range': `bytes */${sizeBytes}` }
  return new Response(null, { status: 416, headers })
}

export function wrongMethodAnswer(method: string): Response {
  return textAnswer(405, `Plugin files are read with GET and HEAD, not ${method}`, { allow: 'GET, HEAD' })
}

export function unknownAnswer(what: string): Response {
  return textAnswer(404, `${what}. URLs of plugin files come from url() of a loaded plugin`, {
    [CODE_HEADER]: 'not-installed',
  })
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'not-installed': 404,
  archive: 404,
  quarantined: 403,
  corrupt: 502,
  storage: 503,
  unsupported: 501,
}

export function failureAnswer(error: unknown): Response {
  const isTyped = error instanceof PluginDockError
  const code = isTyped ? error.code : 'storage'
  const message = error instanceof Error ? error.message : String(error)
  return textAnswer(STATUS_OF_CODE[code] ?? 503, message, { [CODE_HEADER]: code })
}

function textAnswer(status: number, message: string, headers: Readonly<Record<string, string>>): Response {
  const all = { ...COMMON_HEADERS, 'content-type': 'text/plain; charset=utf-8', ...headers }
  return new Response(`${message}\n`, { status, headers: all })
}

function headersOf(type: string, isNavigation: boolean, rules: AnswerRules): Headers {
  const headers = new Headers(rules.headers)
  for (const [name, value] of Object.entries(COMMON_HEADERS)) headers.set(name, value)
  headers.set('content-type', isText(type) ? `${type}; charset=utf-8` : type)
  const isDocument = isNavigation || DOCUMENT_TYPE.test(type)
  if (isDocument && rules.documents === 'sandboxed') headers.append('content-security-policy', 'sandbox')
  return headers
}

function isText(type: string): boolean {
  return type.startsWith('text/') || /\+?(json|xml)$/.test(type)
}
