import { NetworkError } from '../domain/errors/index.js'

const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  UND_ERR_SOCKET: 'broke the connection',
  ENOTFOUND: 'is unknown to the name server',
  EAI_AGAIN: 'cannot be looked up now, the name server does not answer',
  ETIMEDOUT: 'did not take the connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped sending',
  ENETUNREACH: 'cannot be reached from this network',
  EHOSTUNREACH: 'cannot be reached from this network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that is not trusted',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate of another host',
}

/** Browsers tell refused, offline, unknown host and CORS apart for the console only: so no guess is shown as a fact. */
const NO_REASON = 'could not be reached (offline, wrong address, or not open to this page)'

/** What a rejected `fetch` means to a person. */
export function toConnectError(cause: unknown, url: string): NetworkError {
  const code = causeCode(cause)
  const unexplained = cause instanceof TypeError ? NO_REASON : `cannot be asked: ${textOf(cause)}`
  const words = code ? describe(code, cause) : unexplained
  const isUnexplained = code === undefined && cause instanceof TypeError
  return new NetworkError(`${hostOf(url)} ${words}`, { url, isUnexplained }, { cause })
}

/** What a body that broke means to a person. */
export function toBodyError(cause: unknown, url: string): NetworkError {
  const code = causeCode(cause)
  const words = code ? describe(code, cause) : `broke the connection (${textOf(cause)})`
  return new NetworkError(`${hostOf(url)} ${words}`, { url }, { cause })
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || url : url
}

function describe(code: string, cause: unknown): string {
  return `${MEANINGS[code] ?? `cannot be asked: ${textOf(cause)}`} (${code})`
}

/** The code nearest to the system: `TypeError: fetch failed` only wraps it. */
function causeCode(error: unknown): string | undefined {
  let code: string | undefined
  for (let link = error, depth = 0; link instanceof Error && depth < 8; link = link.cause, depth++) {
    if ('code' in link && typeof link.code === 'string') code = link.code
  }
  return code
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
