import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { systemCode } from './fsErrors.js'
import type { TappedBody } from './tappedBody.js'
import { connectTapped, tapOf, tappedBodyOf } from './tappedSocket.js'

/** GET requests over `node:http` and `node:https`. Connections are kept for a while; none keeps the process alive. */
export interface NodeHttp {
  /** One request, no redirect followed. Settles with the headers; ends with `signal`. */
  get(url: URL, headers: Headers, signal: AbortSignal): Promise<IncomingMessage>
  /** The same, for bodies that are long. */
  open(url: URL, headers: Headers, signal: AbortSignal, watch?: ConnectWatch): Promise<NodeAnswer>
  /** Ends all connections. */
  close(): void
}

export interface NodeAnswer {
  readonly message: IncomingMessage
  /** Where the body does not come from `message`, but past Node's parser. */
  readonly body: TappedBody | undefined
}

/** Hears when a connection is made, with its TLS. Nothing where a kept one serves. */
export interface ConnectWatch {
  connecting(): void
  connected(): void
}

export interface NodeHttpOptions {
  /** The certificates of authorities to trust, as PEM. @default those of the platform */
  readonly ca?: string
}

/** As long as Node's own agent keeps a connection that nobody uses. */
const IDLE_MS = 5000

/** What Node's `fetch` says with `cache: 'no-store'`. */
const DEFAULT_HEADERS = { accept: '*/*', 'user-agent': 'node', 'cache-control': 'no-cache', pragma: 'no-cache' }

/** They decide where a message ends and what becomes of its connection: that is not the app's to say. */
const FRAMING_HEADERS = ['connection', 'content-length', 'expect', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']

/** No proxy is taken from the environment, as Node's `fetch` takes none. */
export function createNodeHttp({ ca }: NodeHttpOptions = {}): NodeHttp {
  const http = new TappedHttpAgent({ keepAlive: true, timeout: IDLE_MS })
  const https = new TappedHttpsAgent({ keepAlive: true, timeout: IDLE_MS })
  const agents: Agents = { http, https, ca }
  return {
    get: (url, headers, signal) => get(agents, url, { headers: wireHeaders(headers), signal, isTapped: false }),
    async open(url, headers, signal, watch) {
      const message = await get(agents, url, { headers: wireHeaders(headers), signal, watch, isTapped: true })
      return { message, body: tappedBodyOf(message) }
    },
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

class TappedHttpAgent extends HttpAgent {
  override createConnection(...[options, callback]: Parameters<HttpAgent['createConnection']>) {
    return connectTapped((tapped) => super.createConnection({ ...options, ...tapped }, callback))
  }
}

class TappedHttpsAgent extends HttpsAgent {
  override createConnection(...[options, callback]: Parameters<HttpsAgent['createConnection']>) {
    return connectTapped((tapped) => super.createConnection({ ...options, ...tapped }, callback))
  }
}

/** `false` for a connection that serves once. */
interface Agents {
  readonly http: HttpAgent | false
  readonly https: HttpsAgent | false
  readonly ca: string | undefined
}

function wireHeaders(headers: Headers): Record<string, string> {
  const wire = { ...DEFAULT_HEADERS, ...Object.fromEntries(headers) }
  return Object.fromEntries(Object.entries(wire).filter(([name]) => !FRAMING_HEADERS.includes(name)))
}

interface Wanted {
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
  readonly watch?: ConnectWatch | undefined
  /** Whether the body is wanted past Node's parser. */
  readonly isTapped: boolean
}

/**
 * A kept connection may have been closed by the server just now. That is no answer, and asked once more on a new one,
 * unless a byte of an answer came.
 */
async function get(agents: Agents, url: URL, wanted: Wanted): Promise<IncomingMessage> {
  const attempt = ask(agents, url, wanted)
  try {
    return await responseTo(attempt.request)
  } catch (error) {
    const wasKept = attempt.request.reusedSocket && !attempt.isAnswered()
    if (wanted.signal.aborted || !wasKept || !isClosedConnection(error)) throw error
    return responseTo(ask({ ...agents, http: false, https: false }, url, wanted).request)
  }
}

interface Attempt {
  readonly request: ClientRequest
  /** Whether a byte of an answer came. */
  isAnswered(): boolean
}

function ask(agents: Agents, url: URL, { headers, signal, watch, isTapped }: Wanted): Attempt {
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { headers, agent: agents.https, ca: agents.ca })
      : httpRequest(url, { headers, agent: agents.http })
  endWith(request, signal)
  let isAnswered = false
  request.once('socket', (socket: Socket) => {
    socket.once('data', () => {
      isAnswered = true
    })
    if (watch && socket.connecting) announce(socket, watch)
    const tap = tapOf(socket)
    tap?.await(isTapped)
    if (isTapped) request.once('response', (response) => tap?.offer(response))
  })
  return { request, isAnswered: () => isAnswered }
}

/** What Node's option `signal` does, for a third of its time. */
function endWith(request: ClientRequest, signal: AbortSignal): void {
  const end = (): void => void request.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  request.once('close', () => signal.removeEventListener('abort', end))
}

function announce(socket: Socket, watch: ConnectWatch): void {
  watch.connecting()
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => watch.connected())
}

/** The request keeps its listener: an error that comes later is the response's to tell. */
function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', resolve)
    request.end()
  })
}

function isClosedConnection(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ECONNRESET' || code === 'EPIPE'
}
