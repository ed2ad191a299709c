import { describe, expect, it, vi } from 'vitest'
import { CapacitorApp, createCapacitorConditions, watchCapacitorEnd } from '../../../src/adapters/capacitorApp.js'
import { watchAppEnd } from '../../../src/adapters/expoAppState.js'
import { createExpoConditions } from '../../../src/adapters/expoConditions.js'
import { createMemoryConditions } from '../../../src/adapters/memoryConditions.js'
import { createFakeCapacitor } from '../../integration/mobile/fakeCapacitor.js'
import { createFakeExpo } from '../../integration/mobile/fakeExpo.js'

const fakeExpo = (options = {}) => createFakeExpo({ directory: '/', fetch: () => Promise.reject(), ...options })

describe('what an Expo app knows', () => {
  it.each([
    [{ type: 'WIFI', isConnected: true }, true, false],
    [{ type: 'ETHERNET', isConnected: true }, true, false],
    [{ type: 'CELLULAR', isConnected: true }, true, true],
    [{ type: 'WIMAX', isConnected: true }, true, true],
    [{ type: 'BLUETOOTH', isConnected: true }, true, undefined],
    [{ type: 'VPN', isConnected: true }, true, undefined],
    [{ type: 'OTHER', isConnected: true }, true, undefined],
    [{ type: 'UNKNOWN', isConnected: false }, true, undefined],
    [{ type: 'NONE', isConnected: false }, false, undefined],
    [{ type: 'WIFI', isConnected: false }, false, false],
    [{ type: 'WIFI', isConnected: true, isInternetReachable: false }, true, false],
    [{}, true, undefined],
  ])('%j -> online %s, metered %s', async (network, online, metered) => {
    const expo = fakeExpo({ network })
    const conditions = createExpoConditions(expo.network, expo.appState)
    await conditions.refresh()
    expect(conditions.current).toMatchObject({ online, metered, saveData: undefined, visible: true })
  })

  it('the network changes, the app is put away and comes back -> told each time; not any more after that', () => {
    const expo = fakeExpo()
    const conditions = createExpoConditions(expo.network, expo.appState)
    const told = vi.fn()
    const stop = conditions.watch(told)
    expo.changeNetwork({ type: 'CELLULAR', isConnected: true })
    expo.changeAppState('inactive')
    expo.changeAppState('background')
    expo.changeAppState('active')
    stop()
    expo.changeNetwork({ type: 'NONE' })
    expo.changeAppState('background')
    expect(told.mock.calls.map(([{ online, metered, visible }]) => [online, metered, visible])).toEqual([
      [true, true, true],
      [true, true, true],
      [true, true, false],
      [true, true, true],
    ])
  })

  it('nobody wants to know for a while -> the next one is told all the same, though the monitor of iOS begins once', () => {
    const expo = fakeExpo()
    createExpoConditions(expo.network, expo.appState).watch(() => {})()
    const told = vi.fn()
    createExpoConditions(expo.network, expo.appState).watch(told)
    expo.changeNetwork({ type: 'NONE', isConnected: false })
    expect(told.mock.calls).toMatchObject([[{ online: false }]])
  })

  it('the network changed while the app stood still -> asked when it is back in front, and told once', async () => {
    const expo = fakeExpo({ appState: 'background' })
    const network = { ...expo.network, addNetworkStateListener: () => ({ remove: () => {} }) }
    const conditions = createExpoConditions(network, expo.appState)
    await conditions.refresh()
    const told = vi.fn()
    conditions.watch(told)
    expo.changeNetwork({ type: 'CELLULAR', isConnected: true })
    expect(told).not.toHaveBeenCalled()
    expo.changeAppState('active')
    await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2))
    expo.changeAppState('inactive')
    await conditions.refresh()
    expect(told.mock.calls.map(([{ metered, visible }]) => [metered, visible])).toEqual([
      [false, true],
      [true, true],
      [true, true],
    ])
  })

  it('a network is told while it is asked -> the answer, which is older, counts no more', async () => {
    const expo = fakeExpo()
    let answer = (_: { type: string }) => {}
    const asked = new Promise<{ type: string }>((resolve) => {
      answer = resolve
    })
    const network = { ...expo.network, getNetworkStateAsync: () => asked }
    const conditions = createExpoConditions(network, expo.appState)
    const refreshed = conditions.refresh()
    expo.changeNetwork({ type: 'CELLULAR', isConnected: true })
    answer({ type: 'WIFI' })
    await refreshed
    expect(conditions.current.metered).toBe(true)
  })

  it('the network cannot be asked -> taken for online', async () => {
    const expo = fakeExpo()
    const network = { ...expo.network, getNetworkStateAsync: () => Promise.reject(new Error('no permission')) }
    const conditions = createExpoConditions(network, expo.appState)
    await conditions.refresh()
    expect(conditions.current).toMatchObject({ online: true, metered: undefined })
  })

  it('into the background and back -> a farewell, and it is taken back; what only lies over the app is none', () => {
    const expo = fakeExpo()
    const end = { left: vi.fn(), back: vi.fn() }
    const stop = watchAppEnd(expo.appState, end)
    expo.changeAppState('inactive')
    expect(end.left).not.toHaveBeenCalled()
    expo.changeAppState('background')
    expect(end.left).toHaveBeenCalledOnce()
    expo.changeAppState('active')
    expect(end.back).toHaveBeenCalled()
    stop()
    expo.changeAppState('background')
    expect(end.left).toHaveBeenCalledOnce()
  })
})

describe('what a Capacitor app knows', () => {
  it.each([
    ['wifi', true, true, false],
    ['cellular', true, true, true],
    ['unknown', true, true, undefined],
    ['none', false, false, undefined],
    ['wifi', false, false, false],
  ])('%s, connected: %s -> online %s, metered %s', async (connectionType, connected, online, metered) => {
    const capacitor = createFakeCapacitor({ connected, connectionType })
    const app = new CapacitorApp()
    await app.attach(capacitor.network, capacitor.app)
    const conditions = createCapacitorConditions(createMemoryConditions({ saveData: true }), app)
    expect(conditions.current).toMatchObject({ online, metered, saveData: true, visible: true })
  })

  it('not attached -> what the page says', () => {
    const page = createMemoryConditions({ online: false, metered: true, visible: false })
    expect(createCapacitorConditions(page, new CapacitorApp()).current).toMatchObject({
      online: false,
      metered: true,
      visible: false,
    })
  })

  it('paused, resumed, and another network -> told each time, by app and page; a farewell each time it is paused', async () => {
    const capacitor = createFakeCapacitor()
    const page = createMemoryConditions()
    const app = new CapacitorApp()
    await app.attach(capacitor.network, capacitor.app)
    const told = vi.fn()
    const end = { left: vi.fn(), back: vi.fn() }
    const stop = createCapacitorConditions(page, app).watch(told)
    const stopEnd = watchCapacitorEnd(app, () => () => {})(end)
    capacitor.pause()
    expect(end.left).toHaveBeenCalledOnce()
    expect(end.back).not.toHaveBeenCalled()
    page.change({ visible: false })
    capacitor.resume()
    expect(end.back).toHaveBeenCalledOnce()
    page.change({ visible: true })
    capacitor.changeNetwork({ connected: true, connectionType: 'cellular' })
    stop()
    stopEnd()
    capacitor.pause()
    expect(end.left).toHaveBeenCalledOnce()
    expect(told.mock.calls.map(([{ visible, frozen, metered }]) => [visible, frozen, metered])).toEqual([
      [false, true, false],
      [false, true, false],
      [false, false, false],
      [true, false, false],
      [true, false, true],
    ])
  })

  it('detached -> no native listener is left', async () => {
    const capacitor = createFakeCapacitor()
    const app = new CapacitorApp()
    await app.attach(capacitor.network, capacitor.app)
    await app.attach(capacitor.network, capacitor.app)
    expect(capacitor.listeners).toBe(3)
    capacitor.changeNetwork({ connected: false, connectionType: 'none' })
    capacitor.pause()
    await app.detach()
    expect(capacitor.listeners).toBe(0)
    // what nobody tells any more is not known
    expect(createCapacitorConditions(createMemoryConditions(), app).current).toMatchObject({
      online: true,
      frozen: false,
    })
  })
})
