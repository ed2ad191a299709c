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
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(`plugdock/${name}`)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const transaction = database.transaction('records', 'readwrite')
  transaction.objectStore('records').put(value, key)
  await new Promise((resolve) => {
    transaction.oncomplete = resolve
  })
  database.close()
}
