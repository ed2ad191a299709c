import { AskedHeaders } from '../../adapters/askedHeaders.js'
import { BackgroundFetch } from '../../adapters/backgroundFetch.js'
import { hasBackgroundFetch } from '../../adapters/backgroundFetchPlatform.js'
import { createBlobUrlModuleLoader } from '../../adapters/blobUrlModuleLoader.js'
import { createBlobUrls } from '../../adapters/blobUrls.js'
import { openBroadcastChannel, pageChannel } from '../../adapters/broadcastChannel.js'
import { createBrowserConditions, detectsMetered, detectsSaveData } from '../../adapters/browserConditions.js'
import { createEd25519 } from '../../adapters/ed25519.js'
import { createFarewell } from '../../adapters/farewell.js'
import {
  untilPageShows,
  watchPageEnd,
  whenPageHides,
  whenPageIdles,
  whenPageMayEnd,
  whilePageShows,
} from '../../adapters/pageLife.js'
import { createPageNotes } from '../../adapters/pageNotes.js'
import { askToPersist, isPersistent } from '../../adapters/persistence.js'
import { servedFileUrls } from '../../adapters/servedFileUrls.js'
import { createSystemClock } from '../../adapters/systemClock.js'
import { createWebLeadership, createWebLeases, type Leadership, type Leading } from '../../adapters/webLocks.js'
import { LockedError } from '../../domain/errors/index.js'
import { isAllowedOrigin } from '../../domain/origins.js'
import { pause } from '../../domain/timeLimit.js'
import type { Clock } from '../../ports/clock.js'
import type { ConditionsSource } from '../../ports/conditions.js'
import type { Farewell } from '../../ports/farewell.js'
import type { Fetcher } from '../../ports/fetcher.js'
import type { Channel, Followers, Host, HostCapabilities, HostStores } from '../../ports/host.js'
import type { Leases } from '../../ports/locks.js'
import type { ModuleLoader } from '../../ports/modules.js'
import type { ServedFiles } from '../../ports/servedFiles.js'
import { assertPlatform, type BrowserStores, openStores } from './openStores.js'
import { createPageDigester, type PageDigester } from './pageDigester.js'
import { createPageFetcher } from './pageFetcher.js'

export interface BrowserHostOptions {
  /** Separates stores, locks and channels. @default 'plugdock' */
  readonly name?: string | undefined
  /** Bytes are then fetched in the page, which is slower. @default the worker's own */
  readonly fetch?: typeof fetch | undefined
  /** Asked before every request. */
  readonly headers?: ((url: URL) => HeadersInit | Promise<HeadersInit>) | undefined
  /** @default any https origin, and http on loopback */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Replaces the engine's worker, where a bundler or Trusted Types needs it. */
  readonly worker?: (() => Worker) | undefined
  /** Whether a dock may forget everything where the browser stores nothing. @default 'none' */
  readonly fallback?: 'none' | 'memory' | undefined
  /** @default the system's */
  readonly clock?: Clock | undefined
}

/** What a service worker that is there, and has to start first, takes at most, as a rule. */
const ASKING_MS = 500

/** For how long leadership that was waited for is kept for `open`. */
const RESERVED_MS = 5000
/** For how long a lock is kept for the page that was told to take it. */
const HAND_OVER_MS = 2000

/** A web page. Making the host touches nothing; `open` rejects with `unsupported` where there is no page. */
export function createBrowserHost(options: BrowserHostOptions = {}): Host {
  return new BrowserHost(options)
}

class BrowserHost implements Host {
  readonly clock: Clock
  readonly digester: PageDigester
  readonly signatures = createEd25519()
  readonly conditions: ConditionsSource
  readonly leases: Leases
  readonly moduleLoader: ModuleLoader
  readonly fileUrls = createBlobUrls()
  readonly servedFiles: ServedFiles
  readonly fetcher: Fetcher
  readonly farewell: Farewell
  readonly followers: Followers
  readonly #options: BrowserHostOptions
  readonly #name: string
  readonly #leadership: Leadership
  readonly #headers: AskedHeaders
  readonly #background: BackgroundFetch
  #capabilities: Pick<HostCapabilities, 'bundleStore' | 'persistent'> = { bundleStore: 'opfs', persistent: undefined }
  #hasAsked = false
  /** Leadership that was waited for, until `open` takes it. */
  #reserved: Leading | undefined

  constructor(options: BrowserHostOptions) {
    const { name = 'plugdock', clock = createSystemClock(), fetch, allowedOrigins } = options
    this.#options = options
    this.#headers = new AskedHeaders(options.headers)
    this.#name = name
    this.#leadership = createWebLeadership(name)
    this.clock = clock
    this.digester = createPageDigester()
    this.conditions = createBrowserConditions()
    this.leases = createWebLeases(name)
    this.farewell = createFarewell(createPageNotes(name), watchPageEnd)
    this.moduleLoader = createBlobUrlModuleLoader()
    this.servedFiles = servedFileUrls(name, clock)
    const isAllowed = (url: URL) => isAllowedOrigin(url, allowedOrigins)
    this.fetcher = createPageFetcher({ clock, fetch, headers: this.#headers.ask, isAllowed, redirects: 'follow' })
    this.#background = new BackgroundFetch({
      name,
      timers: clock,
      digester: this.digester,
      notes: createPageNotes(name, 'background'),
      mayAsk: (url) => this.#headers.isBare(url),
      allowedOrigins,
    })
    this.followers = {
      untilLeaderless: (signal) => this.#untilLeaderless(signal),
      takeOver: async () => this.#reserve(await this.#leadership.steal()),
      openToRead: async () => this.#untilTaken(await this.#openStores(false)),
      openChannel: () => this.#openChannel(),
    }
  }

  whenIdle(work: () => void): void {
    whenPageIdles(this.clock, () => {
      void this.digester.prepareAll()
      work()
    })
  }

  get capabilities(): HostCapabilities {
    return {
      ...this.#capabilities,
      background: this.#mayGoOn() && this.#background.isReady ? 'backgroundFetch' : 'none',
      meteredDetection: detectsMetered(),
      saveDataDetection: detectsSaveData(),
      manyWriters: this.#capabilities.bundleStore === 'memory' ? 'none' : 'leader',
      servedFiles: this.servedFiles.areServed,
    }
  }

  pageUrl(): string | undefined {
    return globalThis.document?.baseURI
  }

  async open(): Promise<HostStores> {
    assertPlatform()
    const leading = this.#takeReserved() ?? (await this.#leadership.tryTake())
    if (!leading) throw new LockedError(`Another page of this site leads the dock ${this.#name}`, {})
    try {
      const stores = await this.#openStores(true)
      if (stores.kind !== 'memory') return this.#untilTaken(stores, leading, this.#mayGoOn())
      // no other page sees this memory: each leads its own
      leading.release()
      return stores
    } catch (error) {
      leading.release()
      throw error
    }
  }

  /**
   * A page that holds a lock, a channel or a worker does not go into the back/forward cache: so it lets go of all. One
   * whose lock another page has taken writes no more.
   */
  #untilTaken(stores: BrowserStores, leading?: Leading, goesOn = false): HostStores {
    const background = goesOn ? this.#background : undefined
    const taken = new AbortController()
    const release = () => leading?.release()
    let letGo = () => {}
    const takeAway = () => {
      letGo()
      if (taken.signal.aborted) return false
      taken.abort()
      this.#background.withdraw()
      stores.stop()
      release()
      return true
    }
    const lost = new Promise<void>((resolve) => {
      const leave = (...orElse: readonly Promise<void>[]) => {
        if (takeAway()) void Promise.race([untilPageShows(), ...orElse]).then(resolve)
      }
      const stopListening = [
        whenPageHides(() => {
          background?.handOver()
          leave()
        }),
        whenPageMayEnd(() => {
          const handed = background?.handOver()
          if (handed) leave(handed.refused)
        }),
      ]
      letGo = () => {
        for (const stop of stopListening) stop()
      }
      const lose = () => {
        if (takeAway()) resolve()
      }
      if (leading?.stolen.aborted) lose()
      else leading?.stolen.addEventListener('abort', lose)
    })
    const close = async () => {
      letGo()
      this.#background.withdraw()
      await stores.close().finally(release)
    }
    const handOver = async (tell: () => void) => {
      this.#background.withdraw()
      await stores.close().catch(() => {})
      tell()
      const timer = this.clock.setTimeout(release, HAND_OVER_MS)
      await leading?.over
      this.clock.clearTimeout(timer)
      letGo()
    }
    return { ...stores, background, lost, taken: taken.signal, close, handOver }
  }

  /** What the app fetches itself nobody else can; and what comes without a page is kept in files. */
  #mayGoOn(): boolean {
    return hasBackgroundFetch() && this.#capabilities.bundleStore === 'opfs' && this.#options.fetch === undefined
  }

  async #openStores(leads: boolean): Promise<BrowserStores> {
    assertPlatform()
    const { allowedOrigins, fetch, worker = createEngineWorker, fallback = 'none' } = this.#options
    const { clock, digester, fetcher } = this
    const asking = this.servedFiles.isServing()
    const stores = await openStores({
      name: this.#name,
      clock,
      digester,
      fetcher,
      headers: this.#headers.ask,
      allowedOrigins,
      fallback,
      leads,
      createWorker: worker,
      fetchesInPage: fetch !== undefined,
    })
    // so that capabilities are true from the start; a service worker that hangs is not waited for
    await Promise.race([asking, pause(clock, ASKING_MS)])
    this.#capabilities = {
      bundleStore: stores.kind,
      persistent: stores.kind === 'memory' ? false : await isPersistent(),
    }
    if (this.#mayGoOn()) this.#background.prepare()
    return stores
  }

  async persist(isWished = false): Promise<void> {
    const { bundleStore, persistent } = this.#capabilities
    if ((this.#hasAsked && !isWished) || persistent || bundleStore === 'memory') return
    this.#hasAsked = true
    const granted = await askToPersist()
    this.#capabilities = { ...this.#capabilities, persistent: granted ?? persistent }
  }

  /** Leads from then on, until `open` says otherwise: of several that wait only one is told. */
  async #untilLeaderless(signal: AbortSignal): Promise<void> {
    this.#reserve(await whilePageShows(signal, (whileShown) => this.#leadership.take(whileShown)))
  }

  #reserve(leading: Leading): void {
    this.#reserved?.release()
    this.#reserved = leading
    this.clock.setTimeout(() => this.#reserved === leading && this.#takeReserved()?.release(), RESERVED_MS)
  }

  #takeReserved(): Leading | undefined {
    const reserved = this.#reserved
    this.#reserved = undefined
    return reserved?.stolen.aborted ? undefined : reserved
  }

  /** What a page keeps in its own memory is no other's concern: it is told nothing, and tells nothing. */
  #openChannel(): Channel {
    if (this.#capabilities.bundleStore === 'memory') return { post: () => {}, listen: () => {}, close: () => {} }
    const channel = openBroadcastChannel(pageChannel(this.#name))
    const letGo = whenPageHides(() => channel.close())
    const close = () => {
      letGo()
      channel.close()
    }
    return { post: channel.post, listen: channel.listen, close }
  }
}

function createEngineWorker(): Worker {
  return new Worker(new URL('./engine.worker.js', import.meta.url), { type: 'module' })
}
