import { StorageError } from '../domain/errors/index.js'
import type { Timers } from '../domain/timeLimit.js'
import type { RecordChange, RecordEntry } from '../ports/recordStore.js'
import { IndexedDatabase } from './indexedDatabase.js'
import { createForage } from './localforageInstance.js'
import {
  checkEpoch,
  keepOpen,
  listRecords,
  nextEpoch,
  readNote,
  readRecord,
  writeNote,
  writeRecords,
} from './recordTable.js'

export interface RecordForageOptions {
  /** Of the database. */
  readonly name: string
  readonly timers: Timers
  /** Whether a database that cannot be opened any more is made anew. */
  readonly rebuilds: boolean
  /** Awaited between a commit's check of the epoch and its write: where tests stop a writer. */
  readonly beforeWrite?: (() => Promise<void>) | undefined
}

/** What our driver adds to an instance of localforage: a driver's extra methods reach the instance. */
export interface RecordForage {
  openRecords(): Promise<void>
  readRecord(key: string): Promise<unknown>
  listRecords(prefix: string): Promise<RecordEntry[]>
  /** Checks the epoch and writes all changes in one transaction. */
  commit(changes: readonly RecordChange[], epoch: number): Promise<void>
  claimEpoch(): Promise<number>
  /** What was noted beside the records under a key of ours; `undefined` where nothing was. */
  readNote(key: string): Promise<unknown>
  writeNote(key: string, value: string): Promise<void>
  closeRecords(): Promise<void>
}

const DRIVER = 'plugdockRecords'

/** An instance of localforage with our driver, not opened yet. */
export function createRecordForage(options: RecordForageOptions): Promise<RecordForage> {
  return createForage({ name: DRIVER, create: recordDriver }, 'records', options)
}

interface Opened extends RecordForageOptions {
  readonly database: IndexedDatabase
}

function recordDriver(): LocalForageDriver {
  const opened = new WeakMap<object, Opened>()
  const of = (instance: object): Opened => {
    const found = opened.get(instance)
    if (found) return found
    throw new StorageError('The records are not open')
  }
  const own: RecordForage & ThisType<object> = {
    openRecords() {
      return of(this).database.open()
    },
    readRecord(key) {
      return of(this).database.run('readonly', 'read the records', (table) => readRecord(table, key))
    },
    listRecords(prefix) {
      return of(this).database.run('readonly', 'read the records', (table) => listRecords(table, prefix))
    },
    commit(changes, epoch) {
      const { database, beforeWrite } = of(this)
      return database.run('readwrite', 'write the records', async (table) => {
        await checkEpoch(table, epoch)
        if (beforeWrite) await keepOpen(table, beforeWrite())
        await writeRecords(table, changes)
      })
    },
    claimEpoch() {
      return of(this).database.run('readwrite', 'write the records', nextEpoch)
    },
    readNote(key) {
      return of(this).database.run('readonly', 'read the records', (table) => readNote(table, key))
    },
    writeNote(key, value) {
      return of(this).database.run('readwrite', 'write the records', async (table) => writeNote(table, key, value))
    },
    closeRecords() {
      return of(this).database.close()
    },
  }
  const begin: Pick<LocalForageDriver, '_driver' | '_support' | '_initStorage'> & ThisType<object> = {
    _driver: DRIVER,
    _support: true,
    _initStorage(config) {
      const { plugdock } = config as { plugdock: RecordForageOptions } // reason: `createRecordForage` put it there
      opened.set(this, { ...plugdock, database: new IndexedDatabase({ ...plugdock, table: 'records' }) })
    },
  }
  return { ...begin, ...commonMethods(), ...own }
}

/** What localforage wants of every driver. Nobody writes past `commit`: `setItem` checks no epoch and is no batch. */
function commonMethods(): Pick<LocalForageDriver, CommonMethod> & ThisType<RecordForage> {
  const refuse = async (): Promise<never> => {
    throw new StorageError('Records are written by commit alone')
  }
  return {
    async getItem<T>(key: string) {
      return ((await this.readRecord(key)) ?? null) as T | null // reason: localforage lets its caller name the type
    },
    async iterate<T, U>(visit: (value: T, key: string, number: number) => U) {
      const entries = await this.listRecords('')
      for (const [at, { key, value }] of entries.entries()) {
        const result = visit(value as T, key, at + 1) // reason: localforage lets its caller name the type
        if (result !== undefined) return result
      }
      return undefined as U // reason: what localforage's own drivers answer at the end
    },
    keys: async function () {
      return (await this.listRecords('')).map(({ key }) => key)
    },
    key: async function (index) {
      return (await this.listRecords(''))[index]?.key ?? ''
    },
    length: async function () {
      return (await this.listRecords('')).length
    },
    setItem: refuse,
    removeItem: refuse,
    clear: refuse,
  }
}

type CommonMethod = 'getItem' | 'iterate' | 'keys' | 'key' | 'length' | 'setItem' | 'removeItem' | 'clear'
