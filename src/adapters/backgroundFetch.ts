import { type OpenDownload, planHandOver, type RunRequest } from '../domain/handOver.js'
import type { OpenBundle } from '../domain/openBundles.js'
import { pause, type Timers, withinTime } from '../domain/timeLimit.js'
import type { BackgroundTransfers } from '../ports/background.js'
import type { Digester } from '../ports/digester.js'
import { watchServiceWorker } from './activeServiceWorker.js'
import {
  type BackgroundFetchManager,
  type BackgroundQuestion,
  backgroundFetchId,
  backgroundFetchOf,
  backgroundLock,
  OpenHandOver,
} from './backgroundFetchPlatform.js'
import { keepFetched } from './backgroundFetchRecords.js'
import type { Notes } from './farewell.js'
import { leaderLock } from './webLocks.js'

export interface BackgroundFetchOptions {
  /** The dock's. */
  readonly name: string
  readonly timers: Timers
  readonly digester: Pick<Digester, 'digest'>
  /** Written at once, where the page is about to end. */
  readonly notes: Notes
  /** Whether a URL may be asked without the app: a browser that asks for it later knows none of its headers. */
  readonly mayAsk: (url: string) => boolean
  /** The dock's. */
  readonly allowedOrigins: readonly string[] | undefined
}

/** For a worker that has to start first. */
const ANSWER_LIMIT_MS = 10_000
/** What was fetched is hashed and stored, and that may be much. */
const TAKE_BACK_LIMIT_MS = 60_000
/** For a browser to say what it has, or to end it. */
const CALL_LIMIT_MS = 5000
/** For how long the browser may take to begin, or, where it says that all is fetched, the service worker. */
const BEGIN_LIMIT_MS = 5000
const LOOK_MS = 100
const OTHERS_MS = 2000
const HANDED_OVER = 'handed over'

export interface HandedOver {
  /** Settles where the browser does not take it; else never. */
  readonly refused: Promise<void>
}

/** Background Fetch, in a page whose service worker has plugdock's handlers. */
export class BackgroundFetch implements BackgroundTransfers {
  readonly #options: BackgroundFetchOptions
  readonly #handOver: OpenHandOver
  #registration: ServiceWorkerRegistration | undefined
  #take: (() => readonly OpenDownload[]) | undefined
  /** Whether another page would go on by itself. */
  #hasOthers = false
  #looking: unknown
  #stopWatching = () => {}

  constructor(options: BackgroundFetchOptions) {
    this.#options = options
    this.#handOver = new OpenHandOver(options.name)
  }

  /** Whether the service worker that controls this scope looks after what is fetched. */
  get isReady(): boolean {
    return this.#registration !== undefined
  }

  /** Finds that out, now and whenever another service worker takes over, until {@link withdraw}. */
  prepare(): void {
    this.#stopWatching()
    this.#stopWatching = watchServiceWorker((registration) => void this.#ask(registration).catch(() => {}))
  }

  offer(take: () => readonly OpenDownload[]): void {
    this.#take = take
    this.#arm()
  }

  /** The stores are closed: there is nothing to hand over. */
  withdraw(): void {
    this.#stopWatching()
    this.#take = undefined
    this.#options.timers.clearTimeout(this.#looking)
  }

  /** At once: the page goes away. `undefined` where there was nothing to hand over. Never throws. */
  handOver(): HandedOver | undefined {
    const manager = this.#registration && backgroundFetchOf(this.#registration)
    if (!manager || !this.#take || this.#hasOthers) return undefined
    const downloads = this.#take().filter(({ url }) => this.#options.mayAsk(url))
    const requests = planHandOver(downloads)
    if (requests.length === 0) return undefined
    const { name, notes } = this.#options
    notes.write([HANDED_OVER])
    const downloadTotal = requests.reduce((sum, { run }) => sum + run.length, 0)
    const begin = async () => {
      const options = { title: titleOf(downloads), downloadTotal }
      await manager.fetch(backgroundFetchId(name), inKeyOrder(requests).map(toRequest), options)
    }
    // runs as far as the browser's part at once
    const beginning = begin()
    const refused = new Promise<void>((resolve) => {
      beginning.catch(() => {
        notes.write([])
        resolve()
      })
    })
    return { refused }
  }

  async takeBack(bundles: () => Promise<readonly OpenBundle[]>): Promise<void> {
    // what is not found now is fetched again, or found at the next start
    await this.#inTime(this.#takeBack(bundles), TAKE_BACK_LIMIT_MS).catch(() => {})
    this.#options.notes.write([])
  }

  #inTime<T>(result: Promise<T>, limitMs = CALL_LIMIT_MS): Promise<T> {
    const onLate = () => new Error('What was fetched in the background could not be looked after in time')
    return withinTime(result, { timers: this.#options.timers, limitMs, onLate })
  }

  #arm(): void {
    if (!this.#take || !this.isReady) return
    // where it cannot be written, nobody knows later whether what was fetched was looked after
    const { allowedOrigins } = this.#options
    void this.#handOver.begin({ allowedOrigins }).catch(() => {})
    this.#lookForOthers()
  }

  async #takeBack(bundles: () => Promise<readonly OpenBundle[]>): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration()
    const manager = registration && backgroundFetchOf(registration)
    if (!manager) return
    const { name, notes, timers } = this.#options
    const wasHandedOver = notes.read().includes(HANDED_OVER)
    for (let waitedMs = 0; waitedMs < BEGIN_LIMIT_MS; waitedMs += LOOK_MS) {
      // in turn with a service worker that is at it
      const isTaken = await navigator.locks.request(backgroundLock(name), () => this.#end(manager, bundles))
      // neither runs nor was looked after: the browser is about to begin, or the service worker is
      if (isTaken || !wasHandedOver || !(await this.#handOver.isOpen())) break
      await pause(timers, LOOK_MS)
    }
    await this.#handOver.end()
  }

  /** Ends what runs, and keeps what has come. `false` where nothing runs, or it was over before it could be ended. */
  async #end(manager: BackgroundFetchManager, bundles: () => Promise<readonly OpenBundle[]>): Promise<boolean> {
    const { name, timers, digester, allowedOrigins } = this.#options
    const fetched = await this.#inTime(manager.get(backgroundFetchId(name)))
    if (!fetched) return false
    // later they could not be asked for, but can still be read
    const records = await this.#inTime(fetched.matchAll()).catch(() => [])
    const isEnded = await this.#inTime(fetched.abort())
    await keepFetched(records, { name, timers, digester, allowedOrigins, bundles: await bundles() })
    return isEnded
  }

  async #ask(registration: ServiceWorkerRegistration): Promise<void> {
    const isAnswered = backgroundFetchOf(registration) !== undefined && (await this.#isAnsweredBy(registration))
    this.#registration = isAnswered ? registration : undefined
    this.#arm()
  }

  async #isAnsweredBy({ active }: ServiceWorkerRegistration): Promise<boolean> {
    const { name, timers } = this.#options
    const { port1, port2 } = new MessageChannel()
    const answer = new Promise<boolean>((resolve) => {
      port1.onmessage = () => resolve(true)
    })
    active?.postMessage({ type: 'plugdock.background', name } satisfies BackgroundQuestion, [port2])
    const onLate = () => new Error('The service worker does not know plugdock')
    return withinTime(answer, { timers, limitMs: ANSWER_LIMIT_MS, onLate })
      .catch(() => false)
      .finally(() => port1.close())
  }

  /** Pages that follow wait for the leader's lock. Kept at hand: nothing can be asked when the page goes away. */
  #lookForOthers(): void {
    const { name, timers } = this.#options
    timers.clearTimeout(this.#looking)
    const look = async (): Promise<void> => {
      const { pending = [] } = await navigator.locks.query()
      this.#hasOthers = pending.some((lock) => lock.name === leaderLock(name))
    }
    void look().catch(() => {})
    this.#looking = timers.setTimeout(() => this.#lookForOthers(), OTHERS_MS)
  }
}

function titleOf(downloads: readonly OpenDownload[]): string {
  return [...new Set(downloads.map(({ title }) => title))].join(', ')
}

/** A page takes the answer to one request for that to all of the same URL: so each has a fragment, which no server sees. */
function toRequest({ url, run: { offset, length } }: RunRequest): Request {
  const own = new URL(url)
  own.hash = String(offset)
  return new Request(own, { headers: { range: `bytes=${offset}-${offset + length - 1}` }, cache: 'no-store' })
}

/** Chromium asks in the order of its database's keys, where 10 comes before 2. */
function inKeyOrder<T>(requests: readonly T[]): T[] {
  const places = requests.map((_, place) => String(place)).sort()
  const ordered: T[] = []
  requests.forEach((request, rank) => {
    ordered[Number(places[rank])] = request
  })
  return ordered
}
