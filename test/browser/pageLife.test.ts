import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { whenPageMayEnd } from '../../src/adapters/pageLife.js'
import { createBrowserHost } from '../../src/hosts/browser/createBrowserHost.js'
import type { HostStores } from '../../src/ports/host.js'
import { freshName, removeFolderOf } from './engineWorker.js'

let name = ''
const opened: HostStores[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((stores) => stores.close()))
  await removeFolderOf(name)
})

function createHost() {
  const host = createBrowserHost({ name })
  const open = async () => {
    const stores = await host.open()
    opened.push(stores)
    return stores
  }
  return { host, open }
}

function goAway() {
  window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
}

function comeBack() {
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
}

async function lockNames() {
  const { held = [], pending = [] } = await navigator.locks.query()
  return [...held, ...pending].map((lock) => lock.name).filter((lock) => lock?.includes(name))
}

describe('a page that goes into the back/forward cache', () => {
  it('as leader -> no lock is held, the stores say so, and it may open them again when it is back', async () => {
    name = freshName()
    const { open } = createHost()
    const stores = await open()
    expect(await lockNames()).toHaveLength(1)
    goAway()
    await navigator.locks.request(`plugdock/${name}/leader`, () => {})
    await expect(stores.bundles.list()).rejects.toMatchObject({ code: 'closed' })
    await expect(stores.records.list('')).rejects.toMatchObject({ code: 'storage' })
    comeBack()
    await stores.lost
    expect(await (await open()).bundles.list()).toEqual([])
  })

  it('as follower -> its request for leadership is withdrawn, and made again when it is back', async () => {
    name = freshName()
    const leader = await createHost().open()
    const next = createHost()
    const signal = new AbortController().signal
    const leaderless = next.host.followers?.untilLeaderless(signal)
    expect(await lockNames()).toHaveLength(2)
    const rival = navigator.locks.request(`plugdock/${name}/other`, () => {})
    goAway()
    await rival
    expect(await lockNames()).toEqual([])
    comeBack()
    await leaderless
    await next.open()
    await leader.close()
  })

  it('a follower that gives up -> the reason, and no request stays behind', async () => {
    name = freshName()
    await createHost().open()
    const controller = new AbortController()
    const leaderless = createHost().host.followers?.untilLeaderless(controller.signal)
    const reason = new Error('closed')
    controller.abort(reason)
    await expect(leaderless).rejects.toBe(reason)
    expect(await lockNames()).toHaveLength(1)
  })
})

describe('a page that may be ended without another word', () => {
  function watched(): { readonly left: () => number } {
    let times = 0
    onTestFinished(whenPageMayEnd(() => times++))
    return { left: () => times }
  }

  function change(visibilityState: 'hidden' | 'visible', mobile: boolean): void {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibilityState })
    Object.defineProperty(navigator, 'userAgentData', { configurable: true, value: { mobile } })
    onTestFinished(() => {
      Reflect.deleteProperty(document, 'visibilityState')
      Reflect.deleteProperty(navigator, 'userAgentData')
    })
    document.dispatchEvent(new Event('visibilitychange'))
  }

  it('it is frozen -> told', () => {
    const { left } = watched()
    document.dispatchEvent(new Event('freeze'))
    expect(left()).toBe(1)
  })

  it('hidden on a phone -> told; shown again -> not', () => {
    const { left } = watched()
    change('hidden', true)
    expect(left()).toBe(1)
    change('visible', true)
    expect(left()).toBe(1)
  })

  it('hidden on a desktop -> not told: it goes on', () => {
    const { left } = watched()
    change('hidden', false)
    expect(left()).toBe(0)
  })
})
