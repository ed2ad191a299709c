import { expect, test, vi } from 'vitest'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { NetworkError, UnsupportedError } from '../../../src/domain/errors/index.js'
import { openStores, type StoreOptions } from '../../../src/hosts/browser/openStores.js'
import { createMemoryHost, createVirtualClock } from '../../../src/testing/index.js'

const browser = vi.hoisted(() => ({ keepsRecords: true }))

// a browser whose bundles lie in IndexedDB, and a server that has no more code for it
vi.mock('../../../src/adapters/localforageRecordStore.js', () => ({
  openLocalforageRecordStore: async () => {
    if (!browser.keepsRecords) throw new Error('A mutation operation was attempted on a database without any')
    return { bundlePlace: async () => 'indexedDb', close: async () => {} }
  },
}))
vi.mock('../../../src/adapters/localforageBundleStore.js', () => {
  throw new TypeError('Failed to fetch dynamically imported module')
})

function options(): StoreOptions {
  const clock = createVirtualClock()
  const { fetcher } = createMemoryHost({ clock })
  const digester = {
    ...createNodeDigester(),
    prepare: async () => {},
    prepareAll: async () => {},
    delegate: () => () => {},
  }
  const createWorker = () => {
    throw new Error('No worker is wanted')
  }
  const none = { allowedOrigins: undefined, headers: undefined, fetchesInPage: false }
  return { ...none, name: 'plugdock', clock, fetcher, digester, createWorker, fallback: 'memory', leads: true }
}

test('code that reads what is stored cannot be loaded -> a network error, and no dock that has forgotten everything', async () => {
  browser.keepsRecords = true
  await expect(openStores(options())).rejects.toThrow(NetworkError)
})

test('the browser stores nothing -> a dock that forgets, where that is allowed', async () => {
  browser.keepsRecords = false
  const stores = await openStores(options())
  expect(stores.kind).toBe('memory')
  await stores.close()
  await expect(openStores({ ...options(), fallback: 'none' })).rejects.toThrow(UnsupportedError)
})
