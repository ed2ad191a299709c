import { createSystemClock } from '../adapters/systemClock.js'
import type { Bytes } from '../domain/bytes.js'
import type { Clock } from '../ports/clock.js'
import type { Exchange, Fault } from './fault.js'
import { type ListeningOrigin, type ListenOptions, listenOnLoopback } from './listenOnLoopback.js'
import type { OriginDesk, ScriptedRequest, Served } from './originDesk.js'
import { createPacer } from './pacer.js'
import { type Asked, answerProperly, type Resource, type ScriptedAnswer, text } from './scriptedAnswers.js'
import { createScriptedFetch } from './scriptedFetch.js'

export interface ScriptedOriginOptions {
  /** The origin under which `fetch` knows it. @default 'https://origin.test' */
  readonly url?: string
  /** Only asked where a rate is set. @default the system's */
  readonly clock?: Clock
}

/** A file, with what a server says of it. */
export interface ScriptedResource {
  readonly bytes: Uint8Array | string
  /** @default 'application/octet-stream' */
  readonly contentType?: string
  /** `null` for none. @default a strong one, new for every `put` */
  readonly etag?: string | null
  readonly lastModified?: string
}

export type OriginEvent = 'request' | 'stall' | 'end'

/** A server that does what it is told, over a `fetch` in memory or over a real socket. */
export interface ScriptedOrigin {
  /** Without a slash at its end. */
  readonly url: string
  /** Absolute URL of a path, under `url`. */
  urlOf(path: string): string
  /** Puts a file under a path, or another in its place. Answers that are under way keep the old one. */
  put(path: string, resource: Uint8Array | string | ScriptedResource): void
  remove(path: string): void
  /** What goes wrong with the next requests of a path, one fault a request. Adds to what is scripted already. */
  script(path: string, ...faults: readonly Fault[]): void
  /** Drops what is scripted for a path, or for all of them. */
  unscript(path?: string): void
  /** Stalled answers go on to their end, of one path or of all. */
  release(path?: string): void
  /** Stalled answers break off. */
  cut(path?: string): void
  /** Something goes wrong with answers that are under way: `faultAt` hears how much of the body has gone out. */
  disturb(faultAt: (bytesSent: number) => Fault, path?: string): void
  /** Every request so far, oldest first; preflights too. */
  readonly requests: readonly ScriptedRequest[]
  /** Bytes of bodies, of one path or of all. */
  bytesSent(path?: string): number
  /** Empties `requests`. */
  forgetRequests(): void
  /** The next time that a request came, an answer reached its stall, or an answer ended. */
  next(event: OriginEvent, path?: string): Promise<ScriptedRequest>
  /** Of all answers together; `undefined` for no limit. May change at any time. */
  limitBytesPerSecond: number | undefined
  /** Answers requests for `url`; rejects, as for an unknown host, every other. Redirects as in Node: `manual` shows them. */
  readonly fetch: typeof fetch
  /** Node only: the same files and scripts over HTTP on loopback. */
  listen(options?: ListenOptions): Promise<ListeningOrigin>
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
type Listener = (event: OriginEvent, request: ScriptedRequest) => void

/** An origin with nothing on it. */
export function createScriptedOrigin(options: ScriptedOriginOptions = {}): ScriptedOrigin {
  const url = new URL(options.url ?? 'https://origin.test').origin
  const shelf = createShelf()
  const scripts = createScripts()
  const log = createLog()
  const pacer = createPacer(options.clock ?? createSystemClock())
  const desk: OriginDesk = {
    url,
    pacer,
    take(asked) {
      const resource = shelf.find(asked.path)
      const answer = answerProperly(asked, resource)
      const fault = scripts.take(asked)
      const exchange = { asked, resource, answer, find: shelf.find }
      return log.open(fault ? { ...exchange, answer: fault.apply(exchange) } : exchange)
    },
  }
  return {
    url,
    urlOf: (path) => new URL(path, url).href,
    put: shelf.put,
    remove: shelf.remove,
    script: scripts.add,
    unscript: scripts.clear,
    release: (path) => log.release(path, 'clean'),
    cut: (path) => log.release(path, 'drop'),
    disturb: log.disturb,
    requests: log.requests,
    bytesSent: log.bytesSent,
    forgetRequests: () => void log.requests.splice(0),
    next: log.next,
    get limitBytesPerSecond() {
      return pacer.limitBytesPerSecond
    },
    set limitBytesPerSecond(limit) {
      pacer.limitBytesPerSecond = limit
    },
    fetch: createScriptedFetch(desk),
    listen: (listenOptions) => listenOnLoopback(desk, listenOptions),
  }
}

function createShelf() {
  const resources = new Map<string, Resource>()
  let puts = 0
  return {
    put(path: string, given: Uint8Array | string | ScriptedResource) {
      const described = typeof given === 'string' || given instanceof Uint8Array ? { bytes: given } : given
      puts++
      resources.set(path, toResource(described, puts))
    },
    remove: (path: string) => void resources.delete(path),
    /** A path with its query first, then without. */
    find: (path: string) => resources.get(path) ?? resources.get(withoutQuery(path)),
  }
}

function toResource({ bytes, contentType, etag, lastModified }: ScriptedResource, number: number): Resource {
  const own: Bytes = typeof bytes === 'string' ? text(bytes) : new Uint8Array(bytes)
  return {
    bytes: own,
    contentType: contentType ?? 'application/octet-stream',
    etag: etag === null ? undefined : (etag ?? `"v${number}"`),
    lastModified,
  }
}

function createScripts() {
  const queues = new Map<string, Fault[]>()
  return {
    add: (path: string, ...faults: readonly Fault[]) => void queues.set(path, [...(queues.get(path) ?? []), ...faults]),
    clear: (path?: string) => (path === undefined ? queues.clear() : void queues.delete(path)),
    /** A preflight is the browser's own: it uses up no fault but one of its kind. */
    take({ method, path }: Asked): Fault | undefined {
      const queue = queues.get(path) ?? queues.get(withoutQuery(path)) ?? []
      const at = queue.findIndex(({ ofPreflights = false }) => ofPreflights === (method === 'OPTIONS'))
      return queue[at]?.sticky ? queue[at] : queue.splice(at < 0 ? queue.length : at, 1)[0]
    },
  }
}

function createLog() {
  const requests: Mutable<ScriptedRequest>[] = []
  const held = new Map<ScriptedRequest, (end: ScriptedAnswer['end']) => void>()
  const underWay = new Map<ScriptedRequest, (fault: Fault) => void>()
  const listeners = new Set<Listener>()
  const tell: Listener = (event, request) => {
    for (const listener of [...listeners]) listener(event, request)
  }
  return {
    requests,
    open(exchange: Exchange): Served {
      const { asked, answer } = exchange
      const request: Mutable<ScriptedRequest> = { ...asked, bytesSent: 0, outcome: 'open' }
      requests.push(request)
      tell('request', request)
      let current = answer
      underWay.set(request, (fault) => {
        current = fault.apply({ ...exchange, answer: current })
      })
      return {
        get answer() {
          return current
        },
        sent(bytes) {
          request.bytesSent += bytes
        },
        async stalled() {
          const released = new Promise<ScriptedAnswer['end']>((resolve) => held.set(request, resolve))
          tell('stall', request)
          const end = await released
          current = { ...current, end, sendBytes: end === 'clean' ? current.body.length : current.sendBytes }
        },
        ended(outcome) {
          held.delete(request)
          underWay.delete(request)
          if (request.outcome !== 'open') return
          request.outcome = outcome
          tell('end', request)
        },
      }
    },
    release(path: string | undefined, end: ScriptedAnswer['end']) {
      for (const [request, go] of held) {
        if (!isOf(request, path)) continue
        held.delete(request)
        go(end)
      }
    },
    disturb(faultAt: (bytesSent: number) => Fault, path?: string) {
      for (const [request, apply] of underWay) if (isOf(request, path)) apply(faultAt(request.bytesSent))
    },
    bytesSent: (path?: string) =>
      requests.filter((request) => isOf(request, path)).reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    next: (event: OriginEvent, path?: string) =>
      new Promise<ScriptedRequest>((resolve) => {
        const listener: Listener = (happened, request) => {
          if (happened !== event || !isOf(request, path)) return
          listeners.delete(listener)
          resolve(request)
        }
        listeners.add(listener)
      }),
  }
}

function isOf(request: ScriptedRequest, path: string | undefined): boolean {
  return path === undefined || request.path === path || withoutQuery(request.path) === path
}

function withoutQuery(path: string): string {
  return path.split('?')[0] ?? path
}
