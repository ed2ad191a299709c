import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBrowserHost } from '../../../src/hosts/browser/createBrowserHost.js'
import { hostOver } from '../../../src/hosts/capacitor/createCapacitorHost.js'
import { createExpoHost } from '../../../src/hosts/expo/createExpoHost.js'
import { createNodeHost } from '../../../src/hosts/node/createNodeHost.js'
import type { Host, HostCapabilities } from '../../../src/ports/host.js'
import { createMemoryHost } from '../../../src/testing/index.js'
import { createFakeCapacitor } from './fakeCapacitor.js'
import { createFakeExpo } from './fakeExpo.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugdock-test-'))
})
afterEach(() => {
  vi.unstubAllGlobals()
  rmSync(root, { recursive: true, force: true })
})

function expoOn(os: string, backgroundStatus = 2): Host {
  const expo = createFakeExpo({ directory: root, fetch: () => Promise.reject(), os, backgroundStatus })
  return createExpoHost(expo, { directoryUri: pathToFileURL(root).href })
}

function capacitor(isNative: boolean): Host {
  const { network, app } = createFakeCapacitor()
  const page = createMemoryHost()
  const ofPage = { ...page.capabilities, meteredDetection: false }
  return hostOver({ ...page, capabilities: ofPage, open: page.open }, 'plugdock', async () => ({
    network,
    app,
    isNative,
  }))
}

function browserWith(connection: object | undefined): Host {
  vi.stubGlobal('navigator', connection ? { connection } : {})
  return createBrowserHost()
}

const FILES = { bundleStore: 'fileSystem', manyWriters: 'lock', servedFiles: false, persistent: true } as const
const NOTHING_KNOWN = { meteredDetection: false, saveDataDetection: false } as const

/** Each field as the platform shows it. */
const TABLE: readonly (readonly [name: string, host: () => Host, Partial<HostCapabilities>])[] = [
  ['node', () => createNodeHost({ directory: root }), { ...FILES, ...NOTHING_KNOWN, background: 'none' }],
  ['memory', () => createMemoryHost(), { bundleStore: 'memory', background: 'none', persistent: false }],
  ['expo on Android', () => expoOn('android'), { ...FILES, background: 'workManager', meteredDetection: true }],
  ['expo on iOS', () => expoOn('ios'), { ...FILES, background: 'bgTask', meteredDetection: true }],
  ['expo where the system runs no tasks', () => expoOn('ios', 1), { ...FILES, background: 'none' }],
  ['expo elsewhere', () => expoOn('web'), { background: 'none' }],
  ['capacitor on a phone', () => capacitor(true), { background: 'none', meteredDetection: true }],
  ['capacitor in a browser', () => capacitor(false), { background: 'none', meteredDetection: false }],
]

describe('capabilities', () => {
  it.each(TABLE)('%s, open -> what it can do', async (_, make, capabilities) => {
    const host = make()
    const stores = await host.open()
    expect(host.capabilities).toMatchObject(capabilities)
    await stores.close()
  })

  it.each([
    ['says nothing of the network', undefined, NOTHING_KNOWN],
    ['guesses at its speed', { effectiveType: '4g', saveData: true }, { ...NOTHING_KNOWN, saveDataDetection: true }],
    ['tells its kind', { type: 'wifi', saveData: false }, { meteredDetection: true, saveDataDetection: true }],
  ])('a browser that %s -> what it can do', (_, connection, capabilities) => {
    const host = browserWith(connection)
    expect(host.capabilities).toMatchObject({ ...capabilities, bundleStore: 'opfs', manyWriters: 'leader' })
  })

  it('an Expo dock outside of the documents -> nobody knows whether it lasts', () => {
    const expo = createFakeExpo({ directory: join(root, 'documents'), fetch: () => Promise.reject() })
    const host = createExpoHost(expo, { directoryUri: pathToFileURL(join(root, 'caches')).href })
    expect(host.capabilities.persistent).toBeUndefined()
  })

  it('what a host says of saved data -> is what its conditions know', () => {
    for (const host of [createNodeHost({ directory: root }), expoOn('android')]) {
      expect(host.capabilities.saveDataDetection).toBe(host.conditions.current.saveData !== undefined)
    }
  })

  it('a dock that is closed -> the native listeners are gone, and it can be opened again', async () => {
    const fake = createFakeCapacitor()
    const host = hostOver(createMemoryHost(), 'plugdock', async () => ({ ...fake, isNative: true }))
    await (await host.open()).close()
    expect(fake.listeners).toBe(0)
    const again = await host.open()
    expect(fake.listeners).toBe(3)
    fake.changeNetwork({ connected: true, connectionType: 'cellular' })
    expect(host.conditions.current.metered).toBe(true)
    await again.close()
  })
})
