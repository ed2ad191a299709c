import { describe, expect, it } from 'vitest'
import { openLocalforageRecordStore } from '../../../../src/adapters/localforageRecordStore.js'
import type { RecordStore } from '../../../../src/ports/recordStore.js'
import {
  deleteDatabase,
  hurriedTimers,
  impatientTimers,
  interceptOpening,
  loseValues,
  ownName,
  replace,
  settledRequest,
  timers,
} from './platform.js'

const open = (name: string) => openLocalforageRecordStore({ name, timers })

async function openWith(name: string, ...keys: string[]): Promise<{ store: RecordStore; epoch: number }> {
  const store = await open(name)
  const epoch = await store.claimEpoch()
  await store.commit(
    keys.map((key) => ({ key, value: { v: 1, key } })),
    { epoch },
  )
  return { store, epoch }
}

async function keysOf(store: RecordStore): Promise<string[]> {
  return (await store.list('')).map(({ key }) => key)
}

const BROKEN = new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError')

describe('records in IndexedDB', () => {
  it('S5 the browser ends a transaction -> the commit is made once more, and nothing is lost or half there', async () => {
    const { store, epoch } = await openWith(ownName(), 'a')
    const { put } = IDBObjectStore.prototype
    let aborted = 0
    const undo = replace(
      IDBObjectStore.prototype,
      'put',
      function (this: IDBObjectStore, ...record: [unknown, string]) {
        const request = put.apply(this, record)
        if (record[1] === 'c' && aborted++ === 0) this.transaction.abort()
        return request
      },
    )
    const changes = ['b', 'c'].map((key) => ({ key, value: 1 }))
    await store.commit(changes, { epoch })
    undo()
    expect(aborted).toBe(2)
    expect(await keysOf(store)).toEqual(['a', 'b', 'c'])
    await store.close()
  })

  it('S5 the browser ends every transaction -> a storage error, nothing of the commit is there, the next one works', async () => {
    const { store, epoch } = await openWith(ownName(), 'a')
    const { put } = IDBObjectStore.prototype
    const undo = replace(
      IDBObjectStore.prototype,
      'put',
      function (this: IDBObjectStore, ...record: [unknown, string]) {
        const request = put.apply(this, record)
        this.transaction.abort()
        return request
      },
    )
    await expect(store.commit([{ key: 'b', value: 1 }], { epoch })).rejects.toMatchObject({ code: 'storage' })
    undo()
    expect(await keysOf(store)).toEqual(['a'])
    await store.commit([{ key: 'b', value: 1 }], { epoch })
    expect(await keysOf(store)).toEqual(['a', 'b'])
    await store.close()
  })

  it('S5 the site data is cleared while commits are under way -> it lets go, every commit settles, and the next one is there', async () => {
    const name = ownName()
    const { store, epoch } = await openWith(name, 'a')
    const commit = (key: string) => store.commit([{ key, value: 1 }], { epoch: epoch + 1 })
    const before = Array.from({ length: 20 }, (_, at) => commit(`b${at}`))
    const deleted = deleteDatabase(`plugdock/${name}`)
    const after = Array.from({ length: 20 }, (_, at) => commit(`c${at}`))
    await Promise.all([...before, deleted, ...after])
    await commit('d')
    const left = await keysOf(store)
    expect(left).toContain('d')
    expect(left).not.toContain('a')
    await store.close()
  })

  it('S5 a connection that is closing -> opened again, once', async () => {
    const { store, epoch } = await openWith(ownName(), 'a')
    const { transaction } = IDBDatabase.prototype
    let closed = 0
    const undo = replace(IDBDatabase.prototype, 'transaction', function (this: IDBDatabase, ...call: [string]) {
      if (closed++ === 0) this.close()
      return transaction.apply(this, call)
    })
    await store.commit([{ key: 'b', value: 1 }], { epoch })
    undo()
    expect(closed).toBe(2)
    expect(await keysOf(store)).toEqual(['a', 'b'])
    await store.close()
  })

  it('S6 another tab holds it open and somebody waits to delete it -> a storage error in time, and the next one opens', async () => {
    const name = ownName()
    const holder = await settledRequest(indexedDB.open(`plugdock/${name}`, 1))
    const deleting = indexedDB.deleteDatabase(`plugdock/${name}`)
    await new Promise((resolve) => {
      deleting.onblocked = resolve
    })
    const opening = openLocalforageRecordStore({ name, timers: hurriedTimers })
    await expect(opening).rejects.toMatchObject({ code: 'storage', message: expect.stringContaining('5000 ms') })
    holder.close()
    const { store } = await openWith(name, 'a')
    expect(await keysOf(store)).toEqual(['a'])
    await store.close()
  })

  it('S7 the backing store does not open, for a moment -> opened, with everything in it', async () => {
    const name = ownName()
    const before = await openWith(name, 'a')
    await before.store.close()
    let tries = 0
    interceptOpening(() => (++tries < 4 ? BROKEN : undefined))
    const store = await openLocalforageRecordStore({ name, timers: impatientTimers })
    expect(await keysOf(store)).toEqual(['a'])
    expect(tries).toBe(4)
    await store.close()
  })

  it('S7 the backing store never opens again -> made anew by who leads, left alone by who only reads', async () => {
    const name = ownName()
    const before = await openWith(name, 'a')
    await before.store.close()
    const remove = indexedDB.deleteDatabase.bind(indexedDB)
    let isBroken = true
    interceptOpening(() => (isBroken ? BROKEN : undefined))
    const undo = replace(indexedDB, 'deleteDatabase', (database: string) => {
      isBroken = false
      return remove(database)
    })
    const reading = openLocalforageRecordStore({ name, timers: impatientTimers, writes: false })
    await expect(reading).rejects.toMatchObject({ code: 'storage', message: expect.stringContaining('backing store') })
    expect(isBroken).toBe(true)
    const store = await openLocalforageRecordStore({ name, timers: impatientTimers })
    undo()
    expect(await keysOf(store)).toEqual([])
    await store.commit([{ key: 'b', value: 1 }], { epoch: await store.claimEpoch() })
    await store.close()
  })

  it('S8 a large record is listed and cannot be read -> left out, all others are there, and it can be written anew', async () => {
    const { store, epoch } = await openWith(ownName(), 'chunks/a', 'installed/a', 'installed/b')
    const undo = loseValues((key) => key === 'chunks/a')
    expect(await keysOf(store)).toEqual(['installed/a', 'installed/b'])
    expect(await store.get('chunks/a')).toBeUndefined()
    undo()
    await store.commit([{ key: 'chunks/a', value: { v: 1 } }], { epoch })
    expect(await store.get('chunks/a')).toEqual({ v: 1 })
    await store.close()
  })

  it('S8 a page of downloads cannot be read -> the pages beside it are there, and new downloads are recorded', async () => {
    const keys = Array.from({ length: 600 }, (_, at) => `download/${String(at).padStart(4, '0')}`)
    const { store, epoch } = await openWith(ownName(), ...keys, 'installed/a')
    const undo = loseValues((key) => key === '\u0000page/download/0200')
    expect(await keysOf(store)).toHaveLength(401)
    await store.commit([{ key: 'download/0300', value: { v: 1 } }], { epoch })
    undo()
    expect(await store.get('download/0300')).toEqual({ v: 1 })
    expect(await keysOf(store)).toHaveLength(402)
    await store.close()
  })

  it('S18 a transaction that ends in the middle of a commit -> all of the earlier state', async () => {
    const name = ownName()
    const { store, epoch } = await openWith(name, 'a', 'download/a')
    const changes = [
      { key: 'a', value: undefined },
      { key: 'download/a', value: undefined },
      { key: 'download/b', value: 1 },
    ]
    const refused = store.commit([...changes, { key: '', value: 1 }], { epoch })
    await expect(refused).rejects.toMatchObject({ code: 'storage' })
    expect(await keysOf(store)).toEqual(['a', 'download/a'])
    await store.close()
  })

  it('S19 a newer release has written the database -> unsupported, with what to do, and it stays as it is', async () => {
    const name = ownName()
    const { store } = await openWith(name, 'a')
    await store.close()
    const newer = await settledRequest(indexedDB.open(`plugdock/${name}`, 2))
    newer.close()
    await expect(open(name)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('newer') })
    const still = await settledRequest(indexedDB.open(`plugdock/${name}`, 2))
    const transaction = still.transaction('records')
    expect(await settledRequest(transaction.objectStore('records').getAllKeys())).toContain('a')
    still.close()
  })
})
