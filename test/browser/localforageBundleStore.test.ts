import { openLocalforageBundleStore } from '../../src/adapters/localforageBundleStore.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { describeBundleStoreContract } from '../contracts/bundleStoreContract.js'
import { freshName } from './engineWorker.js'

describeBundleStoreContract('localforageBundleStore', async () => {
  const name = freshName()
  const open = () => openLocalforageBundleStore({ name, timers: createSystemClock() })
  const database = `plugdock/${name}/bundles`
  return {
    store: await open(),
    reopen: open,
    async addForeign(key) {
      const request = indexedDB.open(database)
      await new Promise((resolve) => {
        request.onsuccess = resolve
      })
      const transaction = request.result.transaction('pieces', 'readwrite')
      transaction.objectStore('pieces').put('foreign', key)
      await new Promise((resolve) => {
        transaction.oncomplete = resolve
      })
      request.result.close()
    },
    dispose: () => void indexedDB.deleteDatabase(database),
  }
})
