import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { BackgroundFetch } from '../../src/adapters/backgroundFetch.js'
import { type BackgroundFetchRegistration, OpenHandOver } from '../../src/adapters/backgroundFetchPlatform.js'
import { createMemoryNotes } from '../../src/adapters/farewell.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { createWebCryptoDigester } from '../../src/adapters/webCryptoDigester.js'
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
  const registration = { backgroundFetch: { get } } as unknown as ServiceWorkerRegistration // reason: all that is asked of it
  const spy = vi.spyOn(navigator.serviceWorker, 'getRegistration').mockResolvedValue(registration)
  onTestFinished(() => spy.mockRestore())
  return get
}

function createBackground(): BackgroundFetch {
  const notes = createMemoryNotes()
  notes.write(['handed over'])
  const digester = createWebCryptoDigester()
  return new BackgroundFetch({ name, notes, digester, timers: createSystemClock(), mayAsk: () => true })
}

describe('a page that is back at the moment when its fetch is over', () => {
  it.each([
    { what: 'its records are not to be had any more', matchAll: isOver, abort: async () => false },
    { what: 'it cannot be ended any more', matchAll: async () => [], abort: async () => false },
  ])('$what -> waits until the service worker has kept them', async ({ matchAll, abort }) => {
    const handOver = new OpenHandOver(name)
    await handOver.begin()
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
    await new OpenHandOver(name).begin()
    const get = answering([async () => ({ id: `plugdock/${name}`, matchAll: async () => [], abort: async () => true })])
    await createBackground().takeBack(async () => [])
    expect(get).toHaveBeenCalledTimes(1)
    expect(await new OpenHandOver(name).isOpen()).toBe(false)
  })
})
