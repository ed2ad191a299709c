import { describe, expect, it } from 'vitest'
import { createPluginDock, type PluginDock } from '../../../../src/hosts/browser/index.js'
import type { PartialBundle } from '../../../../src/ports/bundleStore.js'
import { folderOf, removeFolderOf, startEngine, writeForeign } from '../../engineWorker.js'
import { expectRuns, install, openDockStage, untilInstalled } from './dockStage.js'
import { deleteDatabase, interceptOpening, replace } from './platform.js'

describe('what the browser takes away between two sessions', () => {
  it('S9 everything -> a clean first run: not-installed, and it installs', async () => {
    const stage = await openDockStage()
    const before = await stage.open()
    await install(before, stage)
    await before.close()
    await deleteDatabase(`plugdock/${stage.name}`)
    await removeFolderOf(stage.name)
    const dock = await stage.open()
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
    await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'not-installed' })
    await install(dock, stage)
    await expectRuns(dock)
  })

  it('S10 only the files -> the plugin is fetched again when it is loaded', async () => {
    const stage = await openDockStage()
    const before = await stage.open()
    await install(before, stage)
    await before.close()
    await removeFolderOf(stage.name)
    const dock = await stage.open()
    await expectRuns(dock)
    expect(await stage.requests()).toBe(2)
  })

  it('S10 only the records -> the files are collected, and it installs again', async () => {
    const stage = await openDockStage()
    const before = await stage.open()
    await install(before, stage)
    await before.close()
    await deleteDatabase(`plugdock/${stage.name}`)
    const dock = await stage.open()
    expect(await stage.filesIn('bundles')).toEqual([])
    await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'not-installed' })
    await install(dock, stage)
    await expectRuns(dock)
  })

  it('S10 the files, while the dock is open -> fetched again', async () => {
    const stage = await openDockStage()
    const dock = await stage.open()
    await install(dock, stage)
    const bundles = await folderOf(stage.name, 'bundles')
    for (const file of await stage.filesIn('bundles')) await bundles.removeEntry(file)
    await expectRuns(dock)
  })

  it('S7 the database never opens again -> made anew, and the dock starts', async () => {
    const stage = await openDockStage()
    const before = await stage.open()
    await install(before, stage)
    await before.close()
    let isBroken = true
    interceptOpening(() =>
      isBroken ? new DOMException('Internal error opening backing store', 'UnknownError') : undefined,
    )
    const remove = indexedDB.deleteDatabase.bind(indexedDB)
    replace(indexedDB, 'deleteDatabase', (name: string) => {
      isBroken = false
      return remove(name)
    })
    const dock = await stage.open()
    await install(dock, stage)
    await expectRuns(dock)
  })

  it('S19 a newer release has written the database -> unsupported, and everything stays as it is', async () => {
    const stage = await openDockStage()
    const before = await stage.open()
    await install(before, stage)
    await before.close()
    await upgrade(`plugdock/${stage.name}`)
    const files = await stage.filesIn('bundles')
    await expect(createPluginDock({ name: stage.name })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('newer release'),
    })
    expect(await stage.filesIn('bundles')).toEqual(files)
  })

  it('S23 what a crash left beside the bundles -> debris is gone after the next start; other folders are left alone', async () => {
    const stage = await openDockStage()
    const before = await stage.open()
    await install(before, stage)
    await before.close()
    const [bundle] = await stage.filesIn('bundles')
    const [bundles, partials] = [await folderOf(stage.name, 'bundles'), await folderOf(stage.name, 'partials')]
    await writeForeign(bundles, `${bundle}.crswap`, Uint8Array.of(1))
    await writeForeign(partials, 'orphan.1.part.crswap', Uint8Array.of(1))
    await writeForeign(partials, 'orphan.1.part', Uint8Array.of(1))
    await writeForeign(bundles, 'b'.repeat(64), Uint8Array.of(1))
    await writeForeign(bundles, 'new.tmp', Uint8Array.of(1))
    const other = await openDockStage()
    await writeForeign(await folderOf(other.name, 'bundles'), 'x.crswap', Uint8Array.of(1))
    const dock = await stage.open()
    expect(await stage.filesIn('bundles')).toEqual([bundle, 'new.tmp'])
    expect(await stage.filesIn('partials')).toEqual([])
    expect(await other.filesIn('bundles')).toEqual(['x.crswap'])
    await expectRuns(dock)
  })
})

describe('two tabs', () => {
  it('S11 both show the same plugin -> one downloads, once; both see it installed, and run it', async () => {
    const stage = await openDockStage()
    const [leader, follower] = [await stage.open(), await stage.open()]
    const shown = untilInstalled(follower)
    await install(leader, stage)
    await shown
    await Promise.all([expectRuns(leader), expectRuns(follower)])
    expect(await stage.requests()).toBe(1)
  })

  it('S12 the browser has no Web Locks -> unsupported, and nothing is written', async () => {
    const stage = await openDockStage()
    replace(navigator, 'locks', undefined)
    await expect(createPluginDock({ name: stage.name })).rejects.toMatchObject({ code: 'unsupported' })
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`plugdock/${stage.name}`)
  })

  it('S12 two write the same bundle at once, and no lock keeps them apart -> each its own file; one of them, whole', async () => {
    const { name } = await openDockStage()
    const engines = [await startEngine(name), await startEngine(name)]
    const address = 'a'.repeat(64)
    await Promise.all(engines.map((engine, at) => engine.lead(at + 1)))
    const partials: PartialBundle[] = []
    for (const { bundles } of engines) partials.push(await bundles.openPartial('key'))
    for (let piece = 0; piece < 8; piece++) {
      await Promise.all(partials.map((partial, at) => partial.write(piece * 1000, new Uint8Array(1000).fill(at + 1))))
    }
    await Promise.allSettled(partials.map((partial) => partial.seal(address)))
    const bundle = await engines[0]?.bundles.openBundle(address)
    const values = new Set(await bundle?.read(0, 8000))
    expect(bundle?.size).toBe(8000)
    expect(values.size).toBe(1)
    await bundle?.close()
    await Promise.all(engines.map((engine) => engine.close()))
  })

  it('S13 the leading tab goes -> the other one leads, and the first one, woken, writes nothing', async () => {
    const stage = await openDockStage()
    const leader = await stage.open()
    const follower = await stage.open()
    await install(leader, stage)
    await leader.close()
    await untilLeads(follower)
    await expect(leader.storage.deletePlugin('acme.charts')).rejects.toMatchObject({ code: 'closed' })
    await expectRuns(follower)
    await follower.storage.deletePlugin('acme.charts')
    expect(await stage.filesIn('bundles')).toEqual([])
  })

  it('S13 the lock is taken from a tab that hangs -> another one leads; the first one, woken, follows, and has that one write', async () => {
    const stage = await openDockStage()
    const hung = await stage.open()
    await install(hung, stage)
    const next = await stage.open()
    await navigator.locks.request(`plugdock/${stage.name}/leader`, { steal: true }, async () => {})
    await untilLeads(next)
    await expectRuns(next)
    await expectRuns(hung)
    await hung.storage.deletePlugin('acme.charts')
    expect(hung.supervisor.getSnapshot().hasTag('follower')).toBe(true)
    expect(await next.storage.getInstalledPlugins()).toEqual([])
    expect(await stage.filesIn('bundles')).toEqual([])
  })

  it('S14 a version is loaded in the other tab -> it is not evicted; deleted, it reads to its end', async () => {
    const stage = await openDockStage()
    const [leader, follower] = [await stage.open(), await stage.open()]
    const shown = untilInstalled(follower)
    await install(leader, stage)
    await shown
    const loaded = await follower.plugins.load('acme.charts')
    expect(await leader.storage.evictLeastRecentlyUsed(1)).toMatchObject({ items: [], bytesFreed: 0 })
    await leader.storage.deletePlugin('acme.charts')
    expect(await loaded.read()).toHaveLength(256 * 1024)
    await loaded.close()
  })
})

describe('a browser that offers less', () => {
  it('S31 no storage API at all -> IndexedDB, and it says that it does not know whether that lasts', async () => {
    const stage = await openDockStage()
    replace(navigator, 'storage', undefined)
    const dock = await stage.open()
    expect(dock.capabilities).toMatchObject({ bundleStore: 'indexedDb', persistent: undefined })
    await install(dock, stage)
    await expectRuns(dock)
  })

  it('S31 to last is denied, or fails -> installed all the same, and told', async () => {
    for (const persist of [async () => false, () => Promise.reject(new DOMException('No', 'SecurityError'))]) {
      const stage = await openDockStage()
      const undo = replace(navigator.storage, 'persist', persist)
      const dock = await stage.open()
      await install(dock, stage)
      expect(dock.capabilities.persistent).toBe(false)
      await expectRuns(dock)
      undo()
    }
  })

  it('S31 its files are refused -> IndexedDB; both are -> unsupported with the reason, or a dock that forgets where that is allowed', async () => {
    const stage = await openDockStage()
    const worker = () =>
      new Worker(new URL('../../refusingWorker.ts', import.meta.url), { type: 'module', name: 'refuses files' })
    const dock = await stage.open({ worker })
    expect(dock.capabilities.bundleStore).toBe('indexedDb')
    await install(dock, stage)
    await dock.close()
    interceptOpening(() => new DOMException('The user denied permission', 'SecurityError'))
    await expect(createPluginDock({ name: stage.name, worker })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('denied permission'),
    })
    const forgetful = await stage.open({ worker, storage: { fallback: 'memory' } })
    expect(forgetful.capabilities).toMatchObject({ bundleStore: 'memory', persistent: false })
    // what the one before held is free in a moment
    await untilLeads(forgetful)
    await install(forgetful, stage)
    await expectRuns(forgetful)
  })

  it('S32 IndexedDB is refused, and localStorage is there -> nothing of a plugin is ever in localStorage', async () => {
    const stage = await openDockStage()
    replace(navigator.storage, 'getDirectory', undefined)
    const before = { ...localStorage }
    interceptOpening((name) =>
      name.endsWith('/bundles') ? new DOMException('A mutation was attempted', 'InvalidStateError') : undefined,
    )
    await expect(createPluginDock({ name: stage.name })).rejects.toMatchObject({ code: 'unsupported' })
    const dock = await stage.open({ storage: { fallback: 'memory' } })
    await install(dock, stage)
    expect({ ...localStorage }).toEqual(before)
  })
})

function untilLeads({ supervisor }: PluginDock): Promise<void> {
  return new Promise((resolve) => {
    const look = () => void (supervisor.getSnapshot().hasTag('leader') && resolve())
    supervisor.subscribe(look)
    look()
  })
}

async function upgrade(name: string): Promise<void> {
  const request = indexedDB.open(name, 2)
  await new Promise((resolve, reject) => {
    request.onsuccess = resolve
    request.onerror = reject
  })
  request.result.close()
}
