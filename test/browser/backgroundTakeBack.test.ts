import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { BackgroundFetch } from '../../src/adapters/backgroundFetch.js'
import { type BackgroundFetchRegistration, OpenHandOver } from '../../src/adapters/backgroundFetchPlatform.js'
import { createMemoryNotes } from '../../src/adapters/farewell.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { createWebCryptoDigester } from '../../src/adapters/webCryptoDigester.js'
import { ChunkMap } from '../../src/domain/chunks.js'
import type { OpenDownload } from '../../src/domain/handOver.js'
import { createBrowserHost } from '../../src/hosts/browser/createBrowserHost.js'
import { freshName, removeFolderOf } from './engineWorker.js'

let name: string

beforeEach(() => {
  name = freshName()
})
afterEach(() => removeFolderOf(name))

const isOver = () => Promise.reject(new DOMException('The records are not available any more', 'InvalidStateError'))

/** What a browser answers that is asked for the fetch of the dock, one time after the other; then that there is none. */
function answering(answers: readonly (() => Promise<BackgroundFetchRegistration | undefined>)[]) {
  const get = vi.fn(async () => answers[get.mock.calls.length - 1]?.())
  answerWith({ backgroundFetch: { get } })
  return get
}

function answerWith(parts: object): void {
  const registration = parts as ServiceWorkerRegistration // reason: all that is asked of it
  const spy = vi.spyOn(navigator.serviceWorker, 'getRegistration').mockResolvedValue(registration)
  onTestFinished(() => spy.mockRestore())
}

function createBackground(): BackgroundFetch {
  const notes = createMemoryNotes()
  notes.write(['handed over'])
  const digester = createWebCryptoDigester()
  return new BackgroundFetch({
    name,
    notes,
    digester,
    timers: createSystemClock(),
    mayAsk: () => true,
    allowedOrigins: undefined,
  })
}

describe('a page that is back at the moment when its fetch is over', () => {
  it.each([
    { what: 'its records are not to be had any more', matchAll: isOver, abort: async () => false },
    { what: 'it cannot be ended any more', matchAll: async () => [], abort: async () => false },
  ])('$what -> waits until the service worker has kept them', async ({ matchAll, abort }) => {
    const handOver = new OpenHandOver(name)
    await handOver.begin({})
    const over = { id: `plugdock/${name}`, matchAll, abort }
    const get = answering([
      async () => over,
      async () => undefined,
      async () => {
        await handOver.end()
        return undefined
      },
    ])
    await createBackground().takeBack(async () => [])
    expect(get).toHaveBeenCalledTimes(3)
  })

  it('it is ended -> no wait for anybody', async () => {
    await new OpenHandOver(name).begin({})
    const get = answering([async () => ({ id: `plugdock/${name}`, matchAll: async () => [], abort: async () => true })])
    await createBackground().takeBack(async () => [])
    expect(get).toHaveBeenCalledTimes(1)
    expect(await new OpenHandOver(name).isOpen()).toBe(false)
  })
})

const SIZE = 1000
const MAP = ChunkMap.of(SIZE, SIZE, new Uint8Array(32))
const DOWNLOAD: OpenDownload = {
  title: 'Charts',
  priority: 0,
  seq: 1,
  url: 'https://cdn.example/a.bin',
  map: MAP,
  missing: [MAP.run(0, 0)],
}

/** A service worker that knows plugdock, in a browser whose Background Fetch begins as `fetch` says. */
function withServiceWorker(fetch: () => Promise<unknown>): void {
  const active = { postMessage: (_: unknown, [port]: readonly MessagePort[]) => port?.postMessage(true) }
  answerWith({ active, backgroundFetch: { fetch, get: async () => undefined } })
}

/** What a page has open that is then frozen. */
async function frozenPage() {
  const host = createBrowserHost({ name })
  const stores = await host.open()
  onTestFinished(() => stores.close())
  stores.background?.offer(() => [DOWNLOAD])
  await vi.waitUntil(() => host.capabilities.background === 'backgroundFetch')
  document.dispatchEvent(new Event('freeze'))
  return stores
}

describe('a page that hands over although it may live on', () => {
  it('the browser takes it -> the page has its stores no more, until it is back', async () => {
    withServiceWorker(async () => ({}))
    const { lost, taken } = await frozenPage()
    expect(taken?.aborted).toBe(true)
    document.dispatchEvent(new Event('resume'))
    await lost
  })

  it('the browser refuses -> the page may open its stores at once, and go on by itself', async () => {
    withServiceWorker(() => Promise.reject(new TypeError('This is not allowed here')))
    const { lost, taken } = await frozenPage()
    expect(taken?.aborted).toBe(true)
    await lost
  })
})
