import { createBlobUrls } from '../../adapters/blobUrls.js'
import { createDataUrlModuleLoader } from '../../adapters/dataUrlModuleLoader.js'
import { createFarewell, createMemoryNotes } from '../../adapters/farewell.js'
import { createKyFetcher } from '../../adapters/kyFetcher.js'
import { createLocalLeases } from '../../adapters/localLeases.js'
import {
  createMemoryBundleStore,
  type MemoryBundleStore,
  type UnflushedFate,
} from '../../adapters/memoryBundleStore.js'
import { createMemoryConditions, type MemoryConditions } from '../../adapters/memoryConditions.js'
import { createMemoryRecords, type MemoryRecords } from '../../adapters/memoryRecordStore.js'
import { createSoftwareHash } from '../../adapters/softwareHash.js'
import type { StorageFaults } from '../../adapters/storageFaults.js'
import { createSystemClock } from '../../adapters/systemClock.js'
import { createWebCryptoDigester } from '../../adapters/webCryptoDigester.js'
import { FencedError, LockedError } from '../../domain/errors/index.js'
import type { Clock } from '../../ports/clock.js'
import type { Conditions } from '../../ports/conditions.js'
import type { Digester } from '../../ports/digester.js'
import type { Channel, Followers, Host, HostCapabilities, HostStores } from '../../ports/host.js'
import type { ServedFiles } from '../../ports/servedFiles.js'

export interface MemoryHostOptions {
  /** Where requests go: a scripted origin, or anything that has a `fetch`. @default an origin that nobody reaches */
  readonly origin?: { readonly fetch: typeof fetch } | typeof fetch
  /** @default the system's */
  readonly clock?: Clock
  /** Asked before every call to the stores. */
  readonly faults?: StorageFaults
  /** Room for bundles and partials. @default no limit */
  readonly capacityBytes?: number
  /** What `crash` does to bytes that were not flushed. @default 'kept' */
  readonly unflushed?: UnflushedFate
  readonly conditions?: Partial<Conditions>
  /** @default WebCrypto's, which hashes on threads of its own that no virtual clock waits for */
  readonly digester?: Digester
  readonly headers?: (url: URL) => HeadersInit | Promise<HeadersInit>
  /** Whether several docks share this host as pages do: one leads, the others follow. @default false */
  readonly pages?: boolean
  /** @default any https origin, and http on loopback */
  readonly isAllowed?: (url: URL) => boolean
  /** Who answers URLs of plugin files, as a service worker does. @default nobody */
  readonly servedFiles?: ServedFiles
}

/** A host that a test holds in its hands. What it stores lives as long as it does. */
export interface MemoryHost extends Host {
  readonly conditions: MemoryConditions
  readonly bundles: MemoryBundleStore
  readonly records: MemoryRecords
  /**
   * As if the process had died: the lock is free and all handles are dead, without a word to whoever held them.
   * What was stored stays, for the next `open`, as far as the option `unflushed` says.
   */
  crash(): void
  /** The same host as another page sees it, with conditions of its own. @default those of the options */
  page(conditions?: Partial<Conditions>): MemoryHost
  /** As if a person closed the page, or the process was asked to end: whoever wants to leave word does so now. */
  tellEnd(): void
}

const CAPABILITIES: HostCapabilities = {
  bundleStore: 'memory',
  background: 'none',
  meteredDetection: true,
  saveDataDetection: true,
  manyWriters: 'lock',
  servedFiles: false,
  persistent: false,
}

/** Everything in memory, in Node and in browsers: for tests, stories, and docks that may forget. */
export function createMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const clock = options.clock ?? createSystemClock()
  const { headers, isAllowed } = options
  const bundles = createMemoryBundleStore(options)
  const records = createMemoryRecords(options)
  const lock = createLock()
  const shared: SharedStores = { bundles, records, lock, pages: new Set() }
  const ending = createEnding()
  const notes = createMemoryNotes()
  let farewell = createFarewell(notes, ending.watch)
  let leases = createLocalLeases()
  const forgetOwners = () => {
    bundles.restart()
    records.restart()
    leases = createLocalLeases()
  }
  const { servedFiles } = options
  return {
    get capabilities() {
      return { ...CAPABILITIES, servedFiles: servedFiles?.areServed ?? false }
    },
    clock,
    digester: options.digester ?? createWebCryptoDigester(createSoftwareHash),
    conditions: createMemoryConditions({ metered: false, saveData: false, ...options.conditions }),
    get leases() {
      return leases
    },
    moduleLoader: createDataUrlModuleLoader(),
    fileUrls: createBlobUrls(),
    servedFiles,
    fetcher: createKyFetcher({ clock, headers, isAllowed, fetch: fetchOf(options.origin), redirects: 'manual' }),
    get farewell() {
      return farewell
    },
    bundles,
    records,
    tellEnd: ending.tell,
    ...(options.pages ? createPage(shared) : { open: async () => openStores(bundles, records, lock.take().release) }),
    page(conditions = {}) {
      const own = createMemoryConditions({ metered: false, saveData: false, ...options.conditions, ...conditions })
      const { open, followers } = createPage(shared)
      const parts = { conditions: { value: own }, open: { value: open }, followers: { value: followers } }
      return Object.create(this, parts) as MemoryHost // reason: the same host, but for these
    },
    crash() {
      ending.forget()
      farewell = createFarewell(notes, ending.watch)
      lock.breakOpen()
      forgetOwners()
    },
  }
}

/** Whoever listens for the end of the process, until that has come. */
function createEnding() {
  const listeners = new Set<() => void>()
  return {
    watch({ left }: { readonly left: () => void }): () => void {
      const own = () => left()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    tell: () => {
      for (const listener of listeners) listener()
    },
    forget: () => listeners.clear(),
  }
}

function fetchOf(origin: MemoryHostOptions['origin']): typeof fetch {
  if (typeof origin === 'function') return origin
  if (origin) return (input, init) => origin.fetch(input, init)
  return () => Promise.reject(new TypeError('The memory host was given no origin'))
}

interface Hold {
  release(): void
  /** Aborted when somebody else has taken it. */
  readonly stolen: AbortSignal
}

interface Lock {
  /** Throws {@link LockedError} while it is held. */
  take(): Hold
  /** Whoever has it. */
  steal(): Hold
  breakOpen(): void
  untilFree(signal: AbortSignal): Promise<void>
}

function createLock(): Lock {
  let holder: AbortController | undefined
  const waiting = new Set<() => void>()
  const free = (): void => {
    holder = undefined
    for (const go of [...waiting]) go()
  }
  const hold = (): Hold => {
    const own = new AbortController()
    holder = own
    return { release: () => holder === own && free(), stolen: own.signal }
  }
  return {
    take() {
      if (holder) throw new LockedError('The memory host is open already', {})
      return hold()
    },
    steal() {
      const last = holder
      const own = hold()
      last?.abort()
      return own
    },
    breakOpen: free,
    untilFree: (signal) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(end)
          signal.removeEventListener('abort', end)
          if (signal.aborted) reject(signal.reason)
          else resolve()
        }
        if (!holder || signal.aborted) return end()
        waiting.add(end)
        signal.addEventListener('abort', end)
      }),
  }
}

function readOnly(stores: HostStores): HostStores {
  const refuse = async (): Promise<never> => {
    throw new FencedError('Another page leads', { epoch: 0, storedEpoch: 0 })
  }
  return { ...stores, records: { ...stores.records, commit: refuse, claimEpoch: refuse } }
}

/** The lock of one page, that it may have got before it opens the stores. */
function createReservation(lock: Lock) {
  let reserved: Hold | undefined
  return {
    take(): Hold {
      const own = reserved
      reserved = undefined
      return own && !own.stolen.aborted ? own : lock.take()
    },
    steal(): void {
      reserved = lock.steal()
    },
  }
}

/** Taken away when another page takes the lock. */
function whileHeld(stores: HostStores, { stolen, release }: Hold): HostStores {
  const isStolen = new Promise<void>((resolve) => stolen.addEventListener('abort', () => resolve()))
  return {
    ...stores,
    taken: stolen,
    lost: isStolen,
    async handOver(tell) {
      await stores.records.close()
      tell()
      // whoever is told takes it at once, and for nobody else it is free
      await new Promise((resolve) => setTimeout(resolve))
      release()
    },
  }
}

interface SharedStores {
  readonly bundles: MemoryBundleStore
  readonly records: MemoryRecords
  readonly lock: Lock
  /** Who hears what the others post. */
  readonly pages: Set<(message: unknown, from: Channel) => void>
}

/** One of several that share the stores. */
function createPage(shared: SharedStores): Pick<Host, 'open'> & { readonly followers: Followers } {
  const { bundles, records, lock } = shared
  const reservation = createReservation(lock)
  const takeOver = async (): Promise<void> => {
    bundles.disownPartials()
    reservation.steal()
  }
  return {
    async open() {
      const hold = reservation.take()
      return whileHeld(openStores(bundles, records, hold.release), hold)
    },
    followers: createFollowers(shared, takeOver),
  }
}

function createFollowers({ bundles, records, lock, pages }: SharedStores, takeOver: Followers['takeOver']): Followers {
  return {
    untilLeaderless: (signal) => lock.untilFree(signal),
    takeOver,
    openToRead: async () => readOnly(openStores(bundles, records, () => {})),
    openChannel() {
      let hear: ((message: unknown) => void) | undefined
      const page = (message: unknown, from: Channel): void => {
        if (from !== channel) hear?.(structuredClone(message))
      }
      const channel: Channel = {
        post: (message) =>
          queueMicrotask(() => {
            for (const other of pages) other(message, channel)
          }),
        listen: (listener) => {
          hear = listener
        },
        close: () => void pages.delete(page),
      }
      pages.add(page)
      return channel
    },
  }
}

function openStores(bundles: MemoryBundleStore, records: MemoryRecords, release: () => void): HostStores {
  const store = records.open()
  return {
    bundles,
    records: store,
    async close() {
      await store.close()
      release()
    },
  }
}
