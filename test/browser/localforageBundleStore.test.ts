import localforage from 'localforage'
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
      await localforage.createInstance({ name: database, storeName: 'bundles' }).setItem(key, 'foreign')
    },
    dispose: () => void indexedDB.deleteDatabase(database),
  }
})
