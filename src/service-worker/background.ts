import { lookAfter } from '../adapters/backgroundFetchOver.js'
import {
  type BackgroundFetchRegistration,
  type BackgroundQuestion,
  backgroundFetchId,
} from '../adapters/backgroundFetchPlatform.js'
import { openLocalforageRecordStore } from '../adapters/localforageRecordStore.js'
import { createSystemClock } from '../adapters/systemClock.js'
import { type OpenBundle, openBundlesIn } from '../domain/openBundles.js'
import { RECORD_KINDS } from '../domain/records.js'

export interface BackgroundFetchOptions {
  /** The dock's. @default 'plugdock' */
  readonly name?: string
}

/** A service worker's global scope, as far as it is needed here. */
export interface ServiceWorkerScope {
  addEventListener(type: string, listener: (event: Event) => void): void
}

interface FetchOver extends Event {
  readonly registration: BackgroundFetchRegistration
  waitUntil(work: Promise<unknown>): void
}

const OVER = ['backgroundfetchsuccess', 'backgroundfetchfail', 'backgroundfetchabort']

/**
 * Has a service worker look after what a dock's downloads brought while no page was open: it hashes what came and puts
 * it aside, and the next page goes on from there. To be called while the worker's script runs first.
 *
 * @example
 * import { addBackgroundFetch } from 'plugdock/service-worker'
 * addBackgroundFetch(self)
 */
export function addBackgroundFetch(
  scope: ServiceWorkerScope,
  { name = 'plugdock' }: BackgroundFetchOptions = {},
): void {
  for (const type of OVER) {
    scope.addEventListener(type, (event) => {
      const over = event as FetchOver // reason: the libraries of service workers leave it out
      const { registration } = over
      if (registration.id !== backgroundFetchId(name)) return
      const wasAborted = type === 'backgroundfetchabort'
      over.waitUntil(lookAfter(registration, { name, wasAborted, bundles: () => readOpenBundles(name) }))
    })
  }
  scope.addEventListener('message', (event) => {
    const { data, ports } = event as MessageEvent<unknown> // reason: that is what has this type
    const [port] = ports
    if (isQuestion(data) && data.name === name) port?.postMessage(true)
  })
}

function isQuestion(data: unknown): data is BackgroundQuestion {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'plugdock.background'
}

async function readOpenBundles(name: string): Promise<readonly OpenBundle[]> {
  const records = await openLocalforageRecordStore({ name, timers: createSystemClock(), writes: false })
  try {
    const kinds = [RECORD_KINDS.download, RECORD_KINDS.manifest]
    return openBundlesIn((await Promise.all(kinds.map((kind) => records.list(kind)))).flat())
  } finally {
    await records.close()
  }
}
