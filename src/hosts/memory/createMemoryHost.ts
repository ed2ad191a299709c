import { createBlobUrls } from '../../adapters/blobUrls.js'
import { createDataUrlModuleLoader } from '../../adapters/dataUrlModuleLoader.js'
import { createEd25519 } from '../../adapters/ed25519.js'
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
import type { Clock } from '../../ports/clock.js'
import type { Conditions } from '../../ports/conditions.js'
import type { Digester } from '../../ports/digester.js'
import type { Host, HostCapabilities } from '../../ports/host.js'
import type { ServedFiles } from '../../ports/servedFiles.js'
import { createLock, createPage, openStores, type SharedStores } from './memoryPages.js'

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
    signatures: createEd25519(),
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
