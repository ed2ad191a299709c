import { openLocalforageBundleStore } from '../adapters/localforageBundleStore.js'
import { openLocalforageRecordStore } from '../adapters/localforageRecordStore.js'
import { openOpfsBundleStore } from '../adapters/opfsBundleStore.js'
import { createServiceWorkerPages } from '../adapters/serviceWorkerPages.js'
import { createSystemClock } from '../adapters/systemClock.js'
import { createWebCryptoDigester } from '../adapters/webCryptoDigester.js'
import { createWebLeases } from '../adapters/webLocks.js'
import type { Clock } from '../ports/clock.js'
import type { ServedPlatform, ServedStores } from './platform.js'

/** A real service worker: what pages have stored is read, and never written. */
export function createServiceWorkerPlatform(name: string): ServedPlatform {
  const clock = createSystemClock()
  const pages = createServiceWorkerPages(clock)
  return {
    scope: pages.scope,
    now: clock.now,
    digester: createWebCryptoDigester(),
    leases: createWebLeases(name),
    openStores: () => openStores(name, clock),
    askPage: pages.askPage,
    askAnyPage: pages.askAnyPage,
  }
}

async function openStores(name: string, timers: Clock): Promise<ServedStores | undefined> {
  const records = await openLocalforageRecordStore({ name, timers, writes: false })
  try {
    const place = await records.bundlePlace()
    if (place === 'opfs') return { records, bundles: opfsBundles(name, timers) }
    if (place === 'indexedDb') {
      return { records, bundles: await openLocalforageBundleStore({ name, timers, writes: false }) }
    }
  } catch (error) {
    await records.close()
    throw error
  }
  await records.close()
  return undefined
}

/** A store for each reader: one that reads a file as it was must not keep the next from reading what replaced it. */
function opfsBundles(name: string, timers: Clock): ServedStores['bundles'] {
  return { openBundle: async (address) => (await openOpfsBundleStore({ name, timers })).openBundle(address) }
}
