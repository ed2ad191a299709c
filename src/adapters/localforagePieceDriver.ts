import { StorageError } from '../domain/errors/index.js'
import { type DatabaseOptions, IndexedDatabase, settled } from './indexedDatabase.js'
import { createForage } from './localforageInstance.js'

export type PieceForageOptions = Omit<DatabaseOptions, 'table'>

/** What our driver adds to an instance of localforage. */
export interface PieceForage extends LocalForage {
  openPieces(): Promise<void>
}

const DRIVER = 'plugdockPieces'

/**
 * An instance of localforage with a driver of ours, not opened yet. localforage's own for IndexedDB neither lets go of
 * a database in time nor opens it again without a rejection that nobody handles, and what it wrote a power cut may take.
 */
export function createPieceForage(options: PieceForageOptions): Promise<PieceForage> {
  return createForage({ name: DRIVER, create: pieceDriver }, 'pieces', options)
}

type Methods = Pick<
  PieceForage,
  'openPieces' | 'getItem' | 'setItem' | 'removeItem' | 'keys' | 'key' | 'length' | 'clear' | 'iterate'
>
type Begin = Pick<LocalForageDriver, '_driver' | '_support' | '_initStorage'>

function pieceDriver(): LocalForageDriver {
  const opened = new WeakMap<object, IndexedDatabase>()
  const of = (instance: object): IndexedDatabase => {
    const found = opened.get(instance)
    if (found) return found
    throw new StorageError('The bundles are not open')
  }
  const read = <T>(instance: object, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    of(instance).run('readonly', 'read the bundles', (table) => settled(work(table)))
  const write = (instance: object, work: (table: IDBObjectStore) => IDBRequest): Promise<void> =>
    of(instance).run('readwrite', 'write the bundles', async (table) => void (await settled(work(table))))
  const methods: Methods & ThisType<PieceForage> = {
    openPieces() {
      return of(this).open()
    },
    async getItem<T>(key: string) {
      return ((await read(this, (table) => table.get(key))) ?? null) as T | null // reason: localforage lets its caller name the type
    },
    async setItem<T>(key: string, value: T) {
      await write(this, (table) => table.put(value, key))
      return value
    },
    removeItem(key) {
      return write(this, (table) => table.delete(key))
    },
    async keys() {
      return (await read(this, (table) => table.getAllKeys())).map(String)
    },
    async key(index) {
      return (await this.keys())[index] ?? ''
    },
    length() {
      return read(this, (table) => table.count())
    },
    clear() {
      return write(this, (table) => table.clear())
    },
    async iterate<T, U>(visit: (value: T, key: string, number: number) => U) {
      for (const [at, key] of (await this.keys()).entries()) {
        const result = visit((await this.getItem(key)) as T, key, at + 1) // reason: localforage lets its caller name the type
        if (result !== undefined) return result
      }
      return undefined as U // reason: what localforage's own drivers answer at the end
    },
  }
  const begin: Begin & ThisType<object> = {
    _driver: DRIVER,
    _support: true,
    _initStorage(config) {
      const { plugdock } = config as { plugdock: PieceForageOptions } // reason: `createPieceForage` put it there
      opened.set(this, new IndexedDatabase({ ...plugdock, table: 'pieces' }))
    },
  }
  return { ...begin, ...methods }
}
