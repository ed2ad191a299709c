import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { systemCode } from './fsErrors.js'

/** GET requests over `node:http` and `node:https`. Connections are kept for a while; none keeps the process alive. */
export interface NodeHttp {
  /** One request, no redirect followed. Settles with the headers; ends with `signal`. */
  get(url: URL, headers: Headers, signal: AbortSignal): Promise<IncomingMessage>
  /** Ends all connections. */
  close(): void
}

/** As long as Node's own agent keeps a connection that nobody uses. */
const IDLE_MS = 5000

/** What Node's `fetch` says with `cache: 'no-store'`. */
const DEFAULT_HEADERS = { accept: '*/*', 'user-agent': 'node', 'cache-control': 'no-cache', pragma: 'no-cache' }

/** They decide where a message ends and what becomes of its connection: that is not the app's to say. */
const FRAMING_HEADERS = ['connection', 'content-length', 'expect', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']

/** No proxy is taken from the environment, as Node's `fetch` takes none. */
export function createNodeHttp(): NodeHttp {
  const agents: Agents = {
    http: new HttpAgent({ keepAlive: true, timeout: IDLE_MS }),
    https: new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }),
  }
  return {
    get: (url, headers, signal) => get(agents, url, wireHeaders(headers), signal),
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

function wireHeaders(headers: Headers): Record<string, string> {
  const wire = { ...DEFAULT_HEADERS, ...Object.fromEntries(headers) }
  return Object.fromEntries(Object.entries(wire).filter(([name]) => !FRAMING_HEADERS.includes(name)))
}

/** A kept connection may have been closed by the server just now: that is no answer, and asked again on another. */
async function get(
  agents: Agents,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  for (;;) {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { headers, signal, agent: agents.https })
        : httpRequest(url, { headers, signal, agent: agents.http })
    try {
      return await responseTo(request)
    } catch (error) {
      if (signal.aborted || !request.reusedSocket || !isClosedConnection(error)) throw error
    }
  }
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
