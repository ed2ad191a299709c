import { StorageError } from '../domain/errors/index.js'
import { type Timers, withinTime } from '../domain/timeLimit.js'
import { isPassing, isUnreadable, toBrowserStorageError } from './domErrors.js'
import { requestDatabase } from './indexedDatabaseOpening.js'

export interface DatabaseOptions {
  readonly name: string
  /** The one table. */
  readonly table: string
  readonly timers: Timers
  /** Whether a database that the browser cannot open any more, try after try, is made anew. Only a leader may. */
  readonly rebuilds: boolean
}

const OPEN_LIMIT_MS = 5000

/**
 * One table of an IndexedDB database. A database that the browser closes under us (site data cleared, another version
 * wanted) is opened again, once a call; what a transaction began is then done anew, because nothing of it happened.
 */
export class IndexedDatabase {
  readonly #options: DatabaseOptions
  #database: Promise<IDBDatabase> | undefined
  #isClosed = false

  constructor(options: DatabaseOptions) {
    this.#options = options
  }

  /** Rejects with `StorageError` where the database does not open in time. */
  async open(): Promise<void> {
    await this.#connection()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#letGo()
  }

  /** Runs `work` in one transaction and settles when it is committed; what `work` throws rolls it back. */
  async run<T>(mode: IDBTransactionMode, doing: string, work: (table: IDBObjectStore) => Promise<T>): Promise<T> {
    try {
      return await this.#runOnce(mode, work)
    } catch (error) {
      if (!isPassing(error)) throw toThrown(error, doing)
      await this.#letGo()
    }
    try {
      return await this.#runOnce(mode, work)
    } catch (error) {
      throw toThrown(error, doing)
    }
  }

  async #runOnce<T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => Promise<T>): Promise<T> {
    const database = await this.#connection()
    const { table } = this.#options
    const transaction = database.transaction(table, mode, mode === 'readwrite' ? { durability: 'strict' } : {})
    const committed = untilCommitted(transaction)
    committed.catch(() => {})
    try {
      const result = await work(transaction.objectStore(table))
      await committed
      return result
    } catch (error) {
      abort(transaction)
      throw transaction.error ?? error
    }
  }

  #connection(): Promise<IDBDatabase> {
    if (this.#isClosed) throw new StorageError('The records are closed')
    if (this.#database !== undefined) return this.#database
    const opening: Promise<IDBDatabase> = openDatabase(this.#options, () => this.#forget(opening))
    this.#database = opening
    opening.catch(() => this.#forget(opening))
    return opening
  }

  /** What runs in it goes on to its end. */
  async #letGo(): Promise<void> {
    const opened = this.#database
    this.#forget(opened)
    const database = await opened?.catch(() => undefined)
    database?.close()
  }

  #forget(database: Promise<IDBDatabase> | undefined): void {
    if (this.#database === database) this.#database = undefined
  }
}

/** Settles with the result of a request of a running transaction. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** The same, or `undefined` where the browser lost what is stored: that is as if it was not there, and ends no transaction. */
export function readable<T>(request: IDBRequest<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = (event) => {
      if (!isUnreadable(request.error)) return reject(request.error)
      event.preventDefault()
      resolve(undefined)
    }
  })
}

async function openDatabase(options: DatabaseOptions, onLost: () => void): Promise<IDBDatabase> {
  const { name, timers } = options
  try {
    const database = await withinTime(requestDatabase(options), {
      timers,
      limitMs: OPEN_LIMIT_MS,
      onLate: () => new StorageError(`The browser did not open the database ${name} for ${OPEN_LIMIT_MS} ms`),
      discard: (late) => late.close(),
    })
    database.onversionchange = () => {
      onLost()
      database.close()
    }
    database.onclose = onLost
    return database
  } catch (error) {
    throw toBrowserStorageError(error, `open the database ${name}`)
  }
}

function untilCommitted(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction ended', 'AbortError'))
  })
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // it ended by itself
  }
}

/** What the caller's own work threw stays as it is. */
function toThrown(error: unknown, doing: string): unknown {
  return error instanceof DOMException ? toBrowserStorageError(error, doing) : error
}
