import { describe, expect, it } from 'vitest'
import { openLocalforageRecordStore } from '../../src/adapters/localforageRecordStore.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import type { RecordStore } from '../../src/ports/recordStore.js'
import { describeRecordStoreContract, type RecordStoreSubject } from '../contracts/recordStoreContract.js'
import { freshName } from './engineWorker.js'

describeRecordStoreContract('localforageRecordStore', () => createSubject((store) => store))
describeRecordStoreContract('localforageRecordStore, in pages', () => createSubject(underDownloads))

async function createSubject(place: (store: RecordStore) => RecordStore): Promise<RecordStoreSubject> {
  const name = freshName()
  let gate = async () => {}
  const opened: RecordStore[] = []
  const open = async () => {
    const store = await openLocalforageRecordStore({ name, timers: createSystemClock(), beforeWrite: () => gate() })
    opened.push(store)
    return place(store)
  }
  const store = await open()
  return {
    store,
    openSecond: open,
    async reopen() {
      await store.close()
      return open()
    },
    tear: (key) => tear(name, key),
    stopAt(next) {
      gate = next
    },
    async dispose() {
      await Promise.all(opened.map((each) => each.close()))
      indexedDB.deleteDatabase(`plugdock/${name}`)
    },
  }
}

/** The same store, with every key where records are kept in pages. */
function underDownloads(store: RecordStore): RecordStore {
  const within = (key: string) => (key === '' || key.startsWith('\u0000') ? key : `download/${key}`)
  return {
    get: (key) => store.get(within(key)),
    async list(prefix) {
      const entries = await store.list(`download/${prefix}`)
      return entries.map(({ key, value }) => ({ key: key.slice('download/'.length), value }))
    },
    commit: (changes, options) =>
      store.commit(
        changes.map(({ key, value }) => ({ key: within(key), value })),
        options,
      ),
    claimEpoch: () => store.claimEpoch(),
    close: () => store.close(),
  }
}

/** Past every store, where the record lies. */
async function tear(name: string, key: string): Promise<void> {
  const database = await openRaw(name, 1)
  const transaction = database.transaction('records', 'readwrite')
  const table = transaction.objectStore('records')
  const reading = table.get('\u0000page/')
  reading.onsuccess = () => {
    const page: unknown = reading.result
    if (page instanceof Map) table.put(new Map([...page, [`download/${key}`, '{"v":1']]), '\u0000page/')
    else table.put('{"v":1', key)
  }
  await new Promise((resolve) => {
    transaction.oncomplete = resolve
  })
  database.close()
}

describe('localforageRecordStore', () => {
  const openWith = (name: string, timers = createSystemClock()) => openLocalforageRecordStore({ name, timers })

  it('S5 the database is deleted under it -> it lets go, and the next call opens it again', async () => {
    const name = freshName()
    const store = await openWith(name)
    await store.commit([{ key: 'a', value: 1 }], { epoch: await store.claimEpoch() })
    await deleted(name)
    expect(await store.list('')).toEqual([])
    await store.commit([{ key: 'b', value: 2 }], { epoch: await store.claimEpoch() })
    expect(await store.get('b')).toBe(2)
    await store.close()
  })

  it('S6 another page blocks the opening -> a storage error in time, no hang', async () => {
    const name = freshName()
    const holder = await openRaw(name, 1)
    const blocked = indexedDB.open(`plugdock/${name}`, 2)
    await new Promise((resolve) => {
      blocked.onblocked = resolve
    })
    const timers = { setTimeout: (callback: () => void) => queueMicrotask(callback), clearTimeout: () => {} }
    const store = openLocalforageRecordStore({ name, timers })
    await expect(store).rejects.toMatchObject({ code: 'storage', message: expect.stringContaining('5000 ms') })
    holder.close()
  })

  it('10,000 downloads -> in pages that split as they grow, in order, whatever the order they came in', async () => {
    const name = freshName()
    const store = await openWith(name)
    const epoch = await store.claimEpoch()
    const keyOf = (number: number) => `download/${String((number * 7919) % 10_000).padStart(5, '0')}`
    const changes = Array.from({ length: 10_000 }, (_, at) => ({ key: keyOf(at), value: { v: 1, at } }))
    for (let at = 0; at < changes.length; at += 777) await store.commit(changes.slice(at, at + 777), { epoch })
    const sorted = [...changes].sort((left, right) => (left.key < right.key ? -1 : 1))
    expect(await store.list('download/')).toEqual(sorted)
    expect(await store.list('download/0123')).toEqual(sorted.filter(({ key }) => key.startsWith('download/0123')))
    expect(await store.get(keyOf(5))).toEqual({ v: 1, at: 5 })
    await store.commit(
      changes.slice(100).map(({ key }) => ({ key, value: undefined })),
      { epoch },
    )
    expect(await store.list('')).toHaveLength(100)
    await store.close()
  })

  it('it only reads -> whatever would write is fenced', async () => {
    const name = freshName()
    const leader = await openWith(name)
    const epoch = await leader.claimEpoch()
    await leader.commit([{ key: 'a', value: 1 }], { epoch })
    const reader = await openLocalforageRecordStore({ name, timers: createSystemClock(), writes: false })
    expect(await reader.get('a')).toBe(1)
    await expect(reader.commit([], { epoch })).rejects.toMatchObject({ code: 'fenced' })
    await expect(reader.claimEpoch()).rejects.toMatchObject({ code: 'fenced' })
    await Promise.all([leader.close(), reader.close()])
  })
})

function deleted(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(`plugdock/${name}`)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}

function openRaw(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`plugdock/${name}`, version)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
