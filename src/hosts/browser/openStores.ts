import { openLocalforageRecordStore } from '../../adapters/localforageRecordStore.js'
import { NetworkError, StorageFullError, UnsupportedError } from '../../domain/errors/index.js'
import { codeOverNetwork, laterPart } from '../../domain/laterPart.js'
import type { BundleStore } from '../../ports/bundleStore.js'
import type { Clock } from '../../ports/clock.js'
import type { Fetcher } from '../../ports/fetcher.js'
import type { HostCapabilities, HostStores } from '../../ports/host.js'
import type { RecordStore } from '../../ports/recordStore.js'
import type { TransferEngine } from '../../ports/transferEngine.js'
import type { PageDigester } from './pageDigester.js'
import { startWorkerEngine, type WorkerEngine } from './workerEngine.js'

/** What most browsers never need; the others open with it. */
const pieces = fallback('storing without files', () => import('../../adapters/localforageBundleStore.js'))
const memory = fallback('storing nothing', () => import('./memoryStores.js'))
const engine = fallback('downloading in the page', () => import('./engineInPage.js'))

function fallback<T>(name: string, importIt: () => Promise<T>) {
  return laterPart(name, importIt, { isWantedLater: false })
}

export interface StoreOptions {
  readonly name: string
  readonly clock: Clock
  readonly fetcher: Fetcher
  readonly digester: PageDigester
  readonly allowedOrigins: readonly string[] | undefined
  readonly headers: ((url: URL) => HeadersInit | Promise<HeadersInit>) | undefined
  /** Whether bytes are fetched in the page, by a `fetch` that the app gave. */
  readonly fetchesInPage: boolean
  readonly createWorker: () => Worker
  readonly fallback: 'none' | 'memory'
  /** Whether this page leads: only a leader writes. */
  readonly leads: boolean
}

export interface BrowserStores extends HostStores {
  readonly kind: HostCapabilities['bundleStore']
  /** Without waiting for anything: the page goes away. */
  stop(): void
}

/** Throws `UnsupportedError` outside a page that may store anything. */
export function assertPlatform(): void {
  if (typeof window === 'undefined') throw new UnsupportedError('This is no web page: on a server there is no dock')
  if (!globalThis.isSecureContext)
    throw new UnsupportedError('This page is not secure: browsers store and verify only on https, or on localhost')
  if (!navigator.locks) throw new UnsupportedError('This browser has no Web Locks: nothing would keep its pages apart')
}

/** OPFS and a worker where the browser has both, else IndexedDB, else memory where that is allowed. */
export async function openStores(options: StoreOptions): Promise<BrowserStores> {
  try {
    return await openLasting(options)
  } catch (cause) {
    // code that cannot be loaded now says nothing of the browser: what is stored here must not seem to be gone
    if (cause instanceof NetworkError) throw cause
    if (options.fallback === 'memory') return openForgetful(options)
    if (cause instanceof UnsupportedError || cause instanceof StorageFullError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UnsupportedError(`This browser stores nothing here: ${reason}`, { cause })
  }
}

async function openLasting(options: StoreOptions): Promise<BrowserStores> {
  const { name, clock: timers, leads: writes } = options
  const records = await openLocalforageRecordStore({ name, timers, writes })
  try {
    const place = await records.bundlePlace()
    const worker = place === 'indexedDb' ? undefined : await openWorker(options, place === 'opfs')
    const stores = await (worker ? overWorker(worker, records, options) : overIndexedDb(records, options))
    if (writes && !place) await records.keepBundlePlace(worker ? 'opfs' : 'indexedDb')
    return stores
  } catch (error) {
    await records.close()
    throw error
  }
}

/**
 * `undefined` where the browser keeps no files for workers, unless bundles lie in files already: then it rejects. A
 * worker that does not start is a fault of the app.
 */
async function openWorker(options: StoreOptions, isMust: boolean): Promise<WorkerEngine | undefined> {
  if (!isMust && typeof navigator.storage?.getDirectory !== 'function') return undefined
  const { name, allowedOrigins, headers, createWorker, clock: timers } = options
  const asksHeaders = headers !== undefined
  const worker = await startWorkerEngine({ name, allowedOrigins, headers, asksHeaders, createWorker, timers })
  try {
    await worker.open()
    return worker
  } catch (error) {
    worker.stop()
    if (isMust) throw error
    return undefined
  }
}

async function overWorker(worker: WorkerEngine, records: RecordStore, options: StoreOptions): Promise<BrowserStores> {
  const { bundles } = worker
  const engine = options.fetchesInPage ? await engineInPage(bundles, options) : worker.engine
  const hashHere = options.digester.delegate((bytes) => worker.digest(bytes))
  return {
    kind: 'opfs',
    bundles,
    engine,
    records: {
      ...records,
      async claimEpoch() {
        const epoch = await records.claimEpoch()
        await worker.lead(epoch)
        return epoch
      },
    },
    async close() {
      hashHere()
      await worker.close()
      await records.close()
    },
    stop() {
      hashHere()
      worker.stop()
      void records.close()
    },
  }
}

async function overIndexedDb(records: RecordStore, options: StoreOptions): Promise<BrowserStores> {
  const { openLocalforageBundleStore } = await pieces.load(codeOverNetwork(options.clock))
  const bundles = await openLocalforageBundleStore({ name: options.name, writes: options.leads, timers: options.clock })
  return {
    kind: 'indexedDb',
    bundles,
    engine: await engineInPage(bundles, options),
    records,
    close: () => records.close(),
    stop: () => void records.close(),
  }
}

async function openForgetful(options: StoreOptions): Promise<BrowserStores> {
  const { createMemoryBundleStore, createMemoryRecordStore } = await memory.load(codeOverNetwork(options.clock))
  const bundles = createMemoryBundleStore()
  const records = createMemoryRecordStore()
  const close = () => records.close()
  const engine = await engineInPage(bundles, options)
  return { kind: 'memory', bundles, engine, records, close, stop: () => void close() }
}

async function engineInPage(bundles: BundleStore, { clock, fetcher, digester }: StoreOptions): Promise<TransferEngine> {
  const { createLocalEngine, prepareHashes } = await engine.load(codeOverNetwork(clock))
  return prepareHashes(createLocalEngine({ bundles, clock, fetcher, digester }), digester.prepare)
}
