import type { OpenBundle } from '../domain/openBundles.js'
import { type BackgroundFetchRegistration, backgroundLock, OpenHandOver } from './backgroundFetchPlatform.js'
import { keepFetched } from './backgroundFetchRecords.js'
import { createSystemClock } from './systemClock.js'
import { createWebCryptoDigester } from './webCryptoDigester.js'
import { leaderLock } from './webLocks.js'

export interface OverOptions {
  /** The dock's. */
  readonly name: string
  readonly wasAborted: boolean
  readonly bundles: () => Promise<readonly OpenBundle[]>
}

/** In a service worker: looks after a fetch that is over, unless a page has ended it and takes what came itself. */
export async function lookAfter(fetched: BackgroundFetchRegistration, options: OverOptions): Promise<void> {
  const { name, wasAborted } = options
  await navigator.locks.request(backgroundLock(name), async () => {
    if (wasAborted && (await isLed(name))) return
    const handOver = new OpenHandOver(name)
    try {
      const rules = await handOver.rules()
      // by what rules it was asked for nobody knows any more: the next page asks itself
      if (!rules) return
      const bundles = await options.bundles()
      await keepFetched(await fetched.matchAll(), {
        name,
        bundles,
        allowedOrigins: rules.allowedOrigins,
        digester: createWebCryptoDigester(),
        timers: createSystemClock(),
      })
    } finally {
      await handOver.end()
    }
  })
}

async function isLed(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query()
  return held.some((lock) => lock.name === leaderLock(name))
}
