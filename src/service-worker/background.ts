import {
  type BackgroundFetchRegistration,
  type BackgroundQuestion,
  backgroundFetchId,
  backgroundLock,
  OpenHandOver,
} from '../adapters/backgroundFetchPlatform.js'
import { keepFetched } from '../adapters/backgroundFetchRecords.js'
import { openLocalforageRecordStore } from '../adapters/localforageRecordStore.js'
import { createSystemClock } from '../adapters/systemClock.js'
import { leaderLock } from '../adapters/webLocks.js'
import { type OpenBundle, openBundlesIn } from '../domain/openBundles.js'
import { RECORD_KINDS } from '../domain/records.js'

export interface BackgroundFetchOptions {
  /** The dock's. @default 'plugdock' */
  readonly name?: string
}

/** A service worker's global scope, as far as it is needed here. */
export interface ServiceWorkerScope {
  addEventListener(type: string, listener: (event: never) => void): void
}

interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void
}

interface FetchOver extends ExtendableEvent {
  readonly type: string
  readonly registration: BackgroundFetchRegistration
}

interface Asked extends ExtendableEvent {
  readonly data: unknown
  readonly ports: readonly MessagePort[]
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
    scope.addEventListener(type, (event: FetchOver) => {
      if (event.registration.id === backgroundFetchId(name)) event.waitUntil(lookAfter(event, name))
    })
  }
  scope.addEventListener('message', ({ data, ports: [port] }: Asked) => {
    if (isQuestion(data) && data.name === name) port?.postMessage(true)
  })
}

function isQuestion(data: unknown): data is BackgroundQuestion {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'plugdock.background'
}

async function lookAfter({ type, registration }: FetchOver, name: string): Promise<void> {
  await navigator.locks.request(backgroundLock(name), async () => {
    // a page that is back has ended it, and takes what came itself
    if (type === 'backgroundfetchabort' && (await isLed(name))) return
    const timers = createSystemClock()
    try {
      const bundles = await readOpenBundles(name)
      await keepFetched(registration, { name, timers, bundles, digester: { digest } })
    } finally {
      await new OpenHandOver(name).end()
    }
  })
}

async function isLed(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query()
  return held.some((lock) => lock.name === leaderLock(name))
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

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
