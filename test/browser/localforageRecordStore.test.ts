import { describe, expect, it } from 'vitest'
import { openLocalforageRecordStore } from '../../src/adapters/localforageRecordStore.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { describeRecordStoreContract } from '../contracts/recordStoreContract.js'
import { freshName } from './engineWorker.js'

describeRecordStoreContract('localforageRecordStore', async () => {
  const name = freshName()
  let gate = async () => {}
  const open = () => openLocalforageRecordStore({ name, timers: createSystemClock(), beforeWrite: () => gate() })
  const opened = [await open()]
  const openAnother = async () => {
    const store = await open()
    opened.push(store)
    return store
  }
  return {
    store: opened[0] ?? (await open()),
    openSecond: openAnother,
    async reopen() {
      await opened[0]?.close()
      return openAnother()
    },
    tear: (key) => putRaw(name, key, '{"v":1'),
    stopAt(next) {
      gate = next
    },
    async dispose() {
      await Promise.all(opened.map((store) => store.close()))
      indexedDB.deleteDatabase(`plugdock/${name}`)
    },
  }
})

/** Past every store. */
async function putRaw(name: string, key: string, value: unknown): Promise<void> {
  const database = await openRaw(name, 1)
  const transaction = database.transaction('records', 'readwrite')
  transaction.objectStore('records').put(value, key)
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
