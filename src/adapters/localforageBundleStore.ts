import { UnsupportedError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { BundleStore } from '../ports/bundleStore.js'
import { toBrowserStorageError } from './domErrors.js'
import { createPieceForage } from './localforagePieceDriver.js'
import { PieceBundleStore } from './pieceBundleStore.js'

export interface LocalforageBundleStoreOptions {
  /** The dock's. */
  readonly name: string
  readonly timers: Timers
  /** `false`: whatever would write rejects with `FencedError`. @default true */
  readonly writes?: boolean
}

/**
 * Bundles in IndexedDB, by way of localforage with a driver of our own, for browsers that keep no files: it has no
 * other to fall back to, and what a plugin weighs is nothing for `localStorage`. Rejects with `UnsupportedError` where
 * IndexedDB does not open. A database that the browser can open no more is made anew: what it held is lost already.
 */
export async function openLocalforageBundleStore(options: LocalforageBundleStoreOptions): Promise<BundleStore> {
  const { name, timers, writes = true } = options
  const forage = await createPieceForage({ name: `plugdock/${name}/bundles`, timers, rebuilds: writes })
  try {
    await forage.openPieces()
  } catch (cause) {
    throw new UnsupportedError('This browser does not open IndexedDB, and nothing else holds bundles', { cause })
  }
  const store = new PieceBundleStore(forage, writes)
  try {
    if (writes) await store.tidy()
  } catch (error) {
    throw toBrowserStorageError(error, 'open the bundles in IndexedDB')
  }
  return store
}
