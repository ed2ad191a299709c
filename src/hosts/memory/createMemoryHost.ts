import { createDataUrlModuleLoader } from '../../adapters/dataUrlModuleLoader.js'
import { createKyFetcher } from '../../adapters/kyFetcher.js'
import { createLocalLeases } from '../../adapters/localLeases.js'
import { createMemoryBundleStore, type MemoryBundleStore } from '../../adapters/memoryBundleStore.js'
import { createMemoryConditions, type MemoryConditions } from '../../adapters/memoryConditions.js'
import { createMemoryRecords, type MemoryRecords } from '../../adapters/memoryRecordStore.js'
import { createSoftwareHash } from '../../adapters/softwareHash.js'
import type { StorageFaults } from '../../adapters/storageFaults.js'
import { createSystemClock } from '../../adapters/systemClock.js'
import { createWebCryptoDigester } from '../../adapters/webCryptoDigester.js'
import { LockedError } from '../../domain/errors/index.js'
import type { Clock } from '../../ports/clock.js'
import type { Conditions } from '../../ports/conditions.js'
import type { Host, HostCapabilities, HostStores } from '../../ports/host.js'

export interface MemoryHostOptions {
  /** Where requests go: a scripted origin, or anything that has a `fetch`. @default an origin that nobody reaches */
  readonly origin?: { readonly fetch: typeof fetch } | typeof fetch
  /** @default the system's */
  readonly clock?: Clock
  /** Asked before every call to the stores. */
  readonly faults?: StorageFaults
  /** Room for bundles and partials. @default no limit */
  readonly capacityBytes?: number
  readonly conditions?: Partial<Conditions>
  readonly headers?: (url: URL) => HeadersInit | Promise<HeadersInit>
  /** @default any https origin, and http on loopback */
  readonly isAllowed?: (url: URL) => boolean
}

/** A host that a test holds in its hands. What it stores lives as long as it does. */
export interface MemoryHost extends Host {
  readonly conditions: MemoryConditions
  readonly bundles: MemoryBundleStore
  readonly records: MemoryRecords
  /**
   * As if the process had died: the lock is free and all handles are dead, without a word to whoever held them.
   * What was stored stays, for the next `open`.
   */
  crash(): void
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
  let leases = createLocalLeases()
  const forgetOwners = () => {
    bundles.restart()
    records.restart()
    leases = createLocalLeases()
  }
  return {
    capabilities: CAPABILITIES,
    clock,
    digester: createWebCryptoDigester(createSoftwareHash),
    conditions: createMemoryConditions({ metered: false, saveData: false, ...options.conditions }),
    get leases() {
      return leases
    },
    moduleLoader: createDataUrlModuleLoader(),
    fetcher: createKyFetcher({ clock, headers, isAllowed, fetch: fetchOf(options.origin), redirects: 'manual' }),
    bundles,
    records,
    open: async () => openStores(bundles, records, lock.take()),
    crash() {
      lock.breakOpen()
      forgetOwners()
    },
  }
}

function fetchOf(origin: MemoryHostOptions['origin']): typeof fetch {
  if (typeof origin === 'function') return origin
  if (origin) return (input, init) => origin.fetch(input, init)
  return () => Promise.reject(new TypeError('The memory host was given no origin'))
}

interface Lock {
  /** Gives back what lets go of it. Throws {@link LockedError} while it is held. */
  take(): () => void
  breakOpen(): void
}

function createLock(): Lock {
  let holder: symbol | undefined
  return {
    take() {
      if (holder) throw new LockedError('The memory host is open already', {})
      const own = Symbol('holder')
      holder = own
      return () => {
        if (holder === own) holder = undefined
      }
    },
    breakOpen() {
      holder = undefined
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
