import { FencedError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { RecordStore } from '../ports/recordStore.js'
import { GroupedCommits } from './groupedCommits.js'
import { createRecordForage } from './localforageRecordDriver.js'

export interface LocalforageRecordStoreOptions {
  /** The dock's. */
  readonly name: string
  readonly timers: Timers
  /** `false`: whatever would write rejects with `FencedError`. @default true */
  readonly writes?: boolean
  /** Awaited between a commit's check of the epoch and its write: where tests stop a writer. */
  readonly beforeWrite?: () => Promise<void>
}

/** Where the bundles of these records lie: a browser that can do more later, or less, must not look elsewhere for them. */
export type BundlePlace = 'opfs' | 'indexedDb'

/** A {@link RecordStore} that also knows where the bundles lie. */
export interface LocalforageRecordStore extends RecordStore {
  /** `undefined` where none was ever stored. */
  bundlePlace(): Promise<BundlePlace | undefined>
  keepBundlePlace(place: BundlePlace): Promise<void>
}

/**
 * Records in localforage, by a driver of our own over IndexedDB: a commit checks the epoch and writes all its changes
 * in one transaction, and settles when they are on the disk where the engine can promise that.
 * Rejects with `StorageError` where IndexedDB does not open within five seconds, and with `UnsupportedError` where a
 * newer release wrote it. A database that the browser can open no more is made anew: what it held is lost already.
 */
export async function openLocalforageRecordStore(
  options: LocalforageRecordStoreOptions,
): Promise<LocalforageRecordStore> {
  const { name, timers, beforeWrite, writes = true } = options
  const forage = await createRecordForage({ name: `plugdock/${name}`, timers, beforeWrite, rebuilds: writes })
  await forage.openRecords()
  const commits = new GroupedCommits((changes, epoch) => forage.commit(changes, epoch))
  return {
    get: (key) => forage.readRecord(key),
    list: (prefix) => forage.listRecords(prefix),
    commit: async (changes, { epoch }) => (writes ? commits.commit(changes, epoch) : refuse(epoch)),
    claimEpoch: async () => (writes ? forage.claimEpoch() : refuse(0)),
    async close() {
      await commits.whenIdle()
      await forage.closeRecords()
    },
    async bundlePlace() {
      const place = await forage.readNote(BUNDLE_PLACE)
      return place === 'opfs' || place === 'indexedDb' ? place : undefined
    },
    keepBundlePlace: async (place) => (writes ? forage.writeNote(BUNDLE_PLACE, place) : refuse(0)),
  }
}

const BUNDLE_PLACE = 'bundlePlace'

function refuse(epoch: number): never {
  throw new FencedError('This page does not lead the dock: it only reads', { epoch, storedEpoch: epoch })
}
