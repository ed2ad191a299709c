import localforage from 'localforage'
import { UnsupportedError } from '../domain/errors/index.js'
import type { BundleStore } from '../ports/bundleStore.js'
import { toBrowserStorageError } from './domErrors.js'
import { PieceBundleStore } from './pieceBundleStore.js'
import { type Timers, withinTime } from './timeLimit.js'

export interface LocalforageBundleStoreOptions {
  /** The dock's. */
  readonly name: string
  readonly timers: Timers
  /** `false`: whatever would write rejects with `FencedError`. @default true */
  readonly writes?: boolean
}

const OPEN_LIMIT_MS = 5000

/**
 * Bundles in IndexedDB, by way of localforage, for browsers that keep no files. Rejects with `UnsupportedError` where
 * localforage would take anything else: what a plugin weighs is nothing for `localStorage`.
 */
export async function openLocalforageBundleStore(options: LocalforageBundleStoreOptions): Promise<BundleStore> {
  const { name, timers, writes = true } = options
  const forage = localforage.createInstance({
    driver: localforage.INDEXEDDB,
    name: `plugdock/${name}/bundles`,
    storeName: 'bundles',
  })
  const onLate = () => new UnsupportedError(`The browser did not open IndexedDB for ${OPEN_LIMIT_MS} ms`)
  try {
    await withinTime(forage.ready(), { timers, limitMs: OPEN_LIMIT_MS, onLate })
  } catch (cause) {
    throw new UnsupportedError('This browser does not open IndexedDB, and nothing else holds bundles', { cause })
  }
  if (forage.driver() !== localforage.INDEXEDDB) throw new UnsupportedError('localforage took another driver')
  const store = new PieceBundleStore(forage, writes)
  try {
    if (writes) await store.tidy()
  } catch (error) {
    throw toBrowserStorageError(error, 'open the bundles in IndexedDB')
  }
  return store
}
