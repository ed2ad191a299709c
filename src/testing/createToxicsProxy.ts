import type { Server, Socket } from 'node:net'
import { createSystemClock } from '../adapters/systemClock.js'
import type { Clock } from '../ports/clock.js'
import { seededRandom } from './seededRandom.js'
import { ToxicConnection } from './toxicConnection.js'
import type { BytesByDirection, ProxiedConnection, StreamToxic, Toxic, ToxicDirection } from './toxics.js'

export interface ToxicsProxyOptions {
  /** Where connections lead: a URL, of which only scheme, host and port count, or the two of them. */
  readonly upstream: string | { readonly host: string; readonly port: number }
  /** Of latency, rates and delays. @default the system's */
  readonly clock?: Clock
  /** The same seed, the same chances for the same connection. @default 1 */
  readonly seed?: number
  /** @default a free one */
  readonly port?: number
}

/** `connection`: a client came; `data`: bytes were handed on; `close`: a connection is over. */
export type ProxyEvent = 'connection' | 'data' | 'close'

/** A line that is as bad as it is told to be. Bytes are not looked at: any protocol goes through. */
export interface ToxicsProxy {
  /** Without a slash at its end; with the scheme of the upstream, or `tcp:`. */
  readonly url: string
  readonly port: number
  /** Puts a toxic on the connections that are open and on those to come. Of several, all count. */
  add(toxic: Toxic): Promise<void>
  /** Takes off that one, by identity, or all. */
  remove(toxic?: Toxic): Promise<void>
  readonly toxics: readonly Toxic[]
  /** Every connection so far, oldest first. */
  readonly connections: readonly ProxiedConnection[]
  /** Of all connections. What a socket took counts: a reset may destroy it before it is read. */
  readonly bytes: BytesByDirection
  /** The next time that this happens. */
  next(event: ProxyEvent): Promise<ProxiedConnection>
  /** Cuts what is open. */
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/**
 * Node only: a TCP proxy on loopback with the toxics of Toxiproxy.
 *
 * @example
 * const proxy = await createToxicsProxy({ upstream: 'http://127.0.0.1:8080' })
 * await proxy.add({ type: 'latency', latencyMs: 200, jitterMs: 50 })
 * const dying = { type: 'reset_peer', afterBytes: 1024 * 1024, toxicity: 0.5 } as const
 * await proxy.add(dying)
 * await fetch(`${proxy.url}/plugin.zip`)
 * await proxy.remove(dying)
 */
export async function createToxicsProxy(options: ToxicsProxyOptions): Promise<ToxicsProxy> {
  const { clock = createSystemClock(), seed = 1 } = options
  // Loaded when it is asked for: browsers have none.
  const { connect, createServer } = await import('node:net')
  const target = targetOf(options.upstream)
  const connections: ToxicConnection[] = []
  const toxics = new Set<Toxic>()
  const bytes = { downstream: 0, upstream: 0 }
  const listeners = createListeners()

  const accept = (client: Socket) => {
    const id = connections.length
    const upstream = connect({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true })
    const connection: ToxicConnection = new ToxicConnection(id, client, upstream, {
      clock,
      random: seededRandom(Math.imul(seed, 0x9e3779b1) + id),
      forwarded(direction: ToxicDirection, count: number) {
        bytes[direction] += count
        listeners.tell('data', connection)
      },
      ended: () => listeners.tell('close', connection),
    })
    connections.push(connection)
    for (const toxic of toxics) if (isOnStream(toxic)) connection.add(toxic)
    void connection.run()
    listeners.tell('connection', connection)
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept)
  const port = await listen(server, options.port ?? 0)
  const dropAll = () => {
    for (const connection of connections) connection.drop()
  }
  const follow = async () => {
    const isDown = [...toxics].some((toxic) => !isOnStream(toxic))
    if (isDown && server.listening) await stop(server, dropAll)
    if (!isDown && !server.listening) await listen(server, port)
  }
  const takeOff = (toxic: Toxic) => {
    toxics.delete(toxic)
    if (isOnStream(toxic)) for (const connection of connections) connection.remove(toxic)
  }
  return {
    url: `${target.protocol}//${LOOPBACK}:${port}`,
    port,
    async add(toxic) {
      toxics.add(toxic)
      if (isOnStream(toxic)) for (const connection of connections) connection.add(toxic)
      await follow()
    },
    async remove(toxic) {
      for (const one of toxic ? [toxic] : [...toxics]) takeOff(one)
      await follow()
    },
    get toxics() {
      return [...toxics]
    },
    connections,
    bytes,
    next: listeners.next,
    close: () => stop(server, dropAll),
  }
}

function targetOf(upstream: ToxicsProxyOptions['upstream']) {
  if (typeof upstream !== 'string') return { protocol: 'tcp:', ...upstream }
  const { protocol, hostname, port } = new URL(upstream)
  const standardPort = protocol === 'https:' ? 443 : 80
  return { protocol, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standardPort : Number(port) }
}

function isOnStream(toxic: Toxic): toxic is StreamToxic {
  return toxic.type !== 'down'
}

function listen(server: Server, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, LOOPBACK, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' ? (address?.port ?? wanted) : wanted)
    })
  })
}

function stop(server: Server, dropAll: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    dropAll()
  })
}

function createListeners() {
  const listeners = new Set<(event: ProxyEvent, connection: ProxiedConnection) => void>()
  return {
    tell(event: ProxyEvent, connection: ProxiedConnection) {
      for (const listener of [...listeners]) listener(event, connection)
    },
    next: (event: ProxyEvent) =>
      new Promise<ProxiedConnection>((resolve) => {
        const listener = (happened: ProxyEvent, connection: ProxiedConnection) => {
          if (happened !== event) return
          listeners.delete(listener)
          resolve(connection)
        }
        listeners.add(listener)
      }),
  }
}
