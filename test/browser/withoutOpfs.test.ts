import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import { equalBytes } from '../../src/domain/bytes.js'
import { type BrowserPluginDockOptions, createPluginDock, type PluginDock } from '../../src/hosts/browser/index.js'
import { buildPlugin } from '../../src/testing/index.js'
import { freshName } from './engineWorker.js'

const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'

let origin: string
let name: string
const docks: PluginDock[] = []
const restore: (() => void)[] = []

/** Takes a property away from a platform object, as older engines and private windows do. */
function replace(target: object, property: string, value: unknown): void {
  Object.defineProperty(target, property, { value, configurable: true, writable: true })
  restore.push(() => Reflect.deleteProperty(target, property))
}

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
  for (const undo of restore.splice(0)) undo()
  await commands.closeOrigin(origin)
  indexedDB.deleteDatabase(`plugdock/${name}`)
  indexedDB.deleteDatabase(`plugdock/${name}/bundles`)
})

async function open(options: BrowserPluginDockOptions = {}): Promise<PluginDock> {
  const dock = await createPluginDock({ name, ...options })
  docks.push(dock)
  return dock
}

async function expectInstalled(dock: PluginDock, size: number): Promise<void> {
  const { bytes } = await buildPlugin({ size })
  const loaded = await dock.plugins.load('acme.charts')
  expect(equalBytes(await loaded.read(), bytes)).toBe(true)
  await loaded.close()
}

describe('a browser without OPFS', () => {
  beforeEach(() => replace(navigator.storage, 'getDirectory', undefined))

  it('-> bundles lie in IndexedDB, byte-identical, also for the next dock', async () => {
    const dock = await open()
    expect(dock.capabilities.bundleStore).toBe('indexedDb')
    const task = await dock.downloads.startDownload(await commands.publish(origin, { size: 3_000_000 }))
    await task.finished
    await dock.close()
    await expectInstalled(await open(), 3_000_000)
  })

  it('closed in the middle -> goes on with what is there', async () => {
    const url = await commands.publish(origin, { size: 3_000_000 })
    await commands.scriptFaults(origin, BUNDLE, [['stall', 2_000_000]])
    const first = await open()
    const begun = await first.downloads.startDownload(url)
    await new Promise<void>((resolve) => {
      first.downloads
        .watchProgress(begun.id)
        .subscribe(({ bytesDownloaded }) => bytesDownloaded >= 1_000_000 && resolve())
    })
    await first.close()
    const second = await open()
    await second.downloads.getTask(begun.id)?.finished
    await expectInstalled(second, 3_000_000)
    const [, resumed] = await commands.requestsOf(origin, BUNDLE)
    expect(Number(/bytes=(\d+)-/.exec(resumed?.range ?? '')?.[1])).toBeGreaterThanOrEqual(1_000_000)
  })

  it('cancelled -> its bytes are removed', async () => {
    const url = await commands.publish(origin, { size: 3_000_000 })
    await commands.scriptFaults(origin, BUNDLE, [['stall', 1_500_000]])
    const dock = await open()
    const task = await dock.downloads.startDownload(url)
    await new Promise<void>((resolve) => {
      dock.downloads
        .watchProgress(task.id)
        .subscribe(({ bytesDownloaded }) => bytesDownloaded >= 1_000_000 && resolve())
    })
    await dock.downloads.cancelDownload(task.id)
    await dock.downloads.dismissSettled()
    expect(await dock.storage.getUsedSpace()).toBeLessThan(1000)
  })
})

describe('a browser that refuses its file system', () => {
  it('-> IndexedDB', async () => {
    const worker = () =>
      new Worker(new URL('./refusingWorker.ts', import.meta.url), { type: 'module', name: 'refuses files' })
    expect((await open({ worker })).capabilities.bundleStore).toBe('indexedDb')
  })
})

describe('a browser that changes its mind', () => {
  it('bundles lie in IndexedDB, then it has OPFS -> they are found', async () => {
    replace(navigator.storage, 'getDirectory', undefined)
    const before = await open()
    await (await before.downloads.startDownload(await commands.publish(origin, {}))).finished
    await before.close()
    for (const undo of restore.splice(0)) undo()
    const after = await open()
    expect(after.capabilities.bundleStore).toBe('indexedDb')
    await expectInstalled(after, 300_000)
  })

  it('bundles lie in OPFS, then it refuses its files -> it says so, and does not take them for lost', async () => {
    const before = await open()
    await (await before.downloads.startDownload(await commands.publish(origin, {}))).finished
    await before.close()
    const worker = () => new Worker(new URL('./refusingWorker.ts', import.meta.url), { type: 'module' })
    await expect(createPluginDock({ name, worker })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('access is denied'),
    })
    const after = await open()
    await expectInstalled(after, 300_000)
  })
})

describe('a browser that stores nothing', () => {
  beforeEach(() => {
    const refuse = () => {
      throw new DOMException('The user denied permission to access the database.', 'SecurityError')
    }
    replace(indexedDB, 'open', refuse)
  })

  it('-> unsupported, with the reason', async () => {
    await expect(createPluginDock({ name })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('denied permission'),
    })
  })

  it('memory is allowed -> a dock that forgets', async () => {
    const dock = await open({ storage: { fallback: 'memory' } })
    expect(dock.capabilities).toMatchObject({ bundleStore: 'memory', persistent: false })
    await (await dock.downloads.startDownload(await commands.publish(origin, {}))).finished
    await expectInstalled(dock, 300_000)
    await dock.close()
    await expect((await open({ storage: { fallback: 'memory' } })).plugins.load('acme.charts')).rejects.toMatchObject({
      code: 'not-installed',
    })
  })
})

describe('a page that is not secure', () => {
  it('-> unsupported, with the reason', async () => {
    replace(globalThis, 'isSecureContext', false)
    await expect(createPluginDock({ name })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('https'),
    })
  })
})
