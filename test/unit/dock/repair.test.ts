import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import type { DockNotification, PluginDock } from '../../../src/dock/types.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import { RECORD_KINDS } from '../../../src/domain/records.js'
import type { HostStores } from '../../../src/ports/host.js'
import { always, dropAfter, type PluginBuild, stall, status } from '../../../src/testing/index.js'
import { createStage, passTimeUntil, readEntry, type Stage } from './stage.js'
import { createStorageGate } from './storageGate.js'

const CHUNK = 65_536

async function openInstalled(build: PluginBuild = {}, stage: Stage = createStage()) {
  const dock = await stage.open()
  const plugin = await stage.publish(build)
  const { address } = await (await dock.downloads.startDownload(plugin.url)).finished
  stage.origin.forgetRequests()
  return { stage, dock, plugin, address, fetched: () => stage.origin.bytesSent(plugin.path) }
}

/** Flips one byte of what is stored. */
function flip(stage: Stage, address: string, at: number): void {
  const stored = stage.host.bundles.bytesOf('bundle', address)
  if (!stored) throw new Error('There is no such bundle')
  stored[at] = (stored[at] ?? 0) ^ 1
}

async function cutTo(stage: Stage, address: string, size: number): Promise<void> {
  const { bundles } = stage.host
  const partial = await bundles.openPartial('shorter')
  await partial.write(0, (bundles.bytesOf('bundle', address) ?? new Uint8Array()).slice(0, size))
  await partial.seal(address)
}

function notificationsOf(dock: PluginDock): DockNotification[] {
  const heard: DockNotification[] = []
  const subscription = dock.notifications.subscribe((notification) => heard.push(notification))
  onTestFinished(() => subscription.unsubscribe())
  return heard
}

const kinds = async (stage: Stage) => (await stage.host.bundles.list()).map(({ kind }) => kind)

describe('L1 an installed bundle is damaged, and the source can be reached', () => {
  it('one byte flipped -> load hands out the right bytes, and one chunk is fetched', async () => {
    const { stage, dock, plugin, address, fetched } = await openInstalled()
    const heard = notificationsOf(dock)
    flip(stage, address, 70_000)
    expect(equalBytes(await readEntry(dock, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(fetched()).toBe(CHUNK)
    expect(heard).toMatchObject([{ type: 'repaired', pluginId: 'acme.charts', version: '1.0.0' }])
    expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: true })
    expect(await kinds(stage)).toEqual(['bundle'])
  })

  it('found by many readers at once -> one repair serves them all', async () => {
    const { stage, dock, plugin, address, fetched } = await openInstalled()
    const heard = notificationsOf(dock)
    const loads = await Promise.all([dock.plugins.load('acme.charts'), dock.plugins.load('acme.charts')])
    for (const at of [0, 70_000, 299_999]) flip(stage, address, at)
    const reads = await Promise.all(loads.flatMap((loaded) => [loaded.read(), loaded.read()]))
    for (const bytes of reads) expect(equalBytes(bytes, plugin.bytes)).toBe(true)
    const streamed = await new Response(loads[0]?.stream()).arrayBuffer()
    expect(equalBytes(new Uint8Array(streamed), plugin.bytes)).toBe(true)
    expect(fetched()).toBe(2 * CHUNK + (300_000 % CHUNK))
    expect(heard).toHaveLength(1)
    for (const loaded of loads) await loaded.close()
    expect(await kinds(stage)).toEqual(['bundle'])
  })

  it.each([
    ['missing', async (stage: Stage, address: string) => stage.host.bundles.deleteBundle(address), 300_000],
    ['cut short', async (stage: Stage, address: string) => cutTo(stage, address, 3 * CHUNK + 5), 300_000 - 3 * CHUNK],
    ['empty', async (stage: Stage, address: string) => cutTo(stage, address, 0), 300_000],
  ])('the file is %s -> only what is not there is fetched', async (_, damage, bytes) => {
    const { stage, dock, plugin, address, fetched } = await openInstalled()
    await damage(stage, address)
    expect(equalBytes(await readEntry(dock, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(fetched()).toBe(bytes)
  })

  it('the chunk is in another version on the disk -> nothing is fetched, even without a connection', async () => {
    const stage = createStage()
    const { dock, plugin } = await openInstalled({}, stage)
    const bytes = plugin.bytes.slice()
    bytes[299_999] = (bytes[299_999] ?? 0) ^ 1
    const next = await stage.publish({ version: '1.1.0', bytes })
    const { address } = await (await dock.downloads.startDownload(next.url)).finished
    flip(stage, address, 70_000)
    stage.host.conditions.change({ online: false })
    stage.origin.script(next.path, always(status(503)))
    expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
  })

  it('a bundle whose manifest has no chunks -> still only the bad part is fetched', async () => {
    const { stage, dock, plugin, address, fetched } = await openInstalled({ chunkLengths: 'none' })
    flip(stage, address, 299_999)
    expect(equalBytes(await readEntry(dock, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(fetched()).toBe(300_000 - 2 * 131_072)
  })

  it('a manifest that was given as an object, after a restart -> its bundle is found again', async () => {
    const stage = createStage()
    const first = await stage.open()
    const plugin = await stage.publish()
    const task = await first.downloads.startDownload(plugin.manifest, { baseUrl: plugin.url })
    const { address } = await task.finished
    await first.close()
    flip(stage, address, 0)
    const dock = await stage.open()
    expect(equalBytes(await readEntry(dock, 'acme.charts'), plugin.bytes)).toBe(true)
  })

  it('verify -> tells and fetches nothing; the next load repairs it all, also what it does not read', async () => {
    const { stage, dock, address, fetched } = await openInstalled()
    flip(stage, address, 70_000)
    expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: false, badChunks: [{ index: 1 }] })
    expect(fetched()).toBe(0)
    await dock.close()
    const next = await stage.open()
    await (await next.plugins.load('acme.charts')).close()
    expect(fetched()).toBe(CHUNK)
    expect(await next.storage.verify('acme.charts')).toMatchObject({ ok: true })
    await (await next.plugins.load('acme.charts')).close()
    expect(fetched()).toBe(CHUNK)
  })

  it('found by verify, and its source is gone -> load hands out what is whole, and does not try at every load', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 70_000)
    await dock.storage.verify('acme.charts')
    stage.origin.remove(plugin.path)
    for (let loads = 0; loads < 3; loads++) await (await dock.plugins.load('acme.charts')).close()
    expect(stage.origin.requests).toHaveLength(1)
  })

  it('damaged again after a repair -> repaired again', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    const heard = notificationsOf(dock)
    const loaded = await dock.plugins.load('acme.charts')
    for (const at of [0, 70_000]) {
      flip(stage, address, at)
      expect(equalBytes(await loaded.read(), plugin.bytes)).toBe(true)
    }
    expect(heard).toHaveLength(2)
    await loaded.close()
  })
})

describe('the list of chunks is damaged', () => {
  const maps = [
    ['missing', undefined],
    ['of another bundle', `{"v":1,"size":300000,"map":{"lengths":300000,"digests":"${'A'.repeat(43)}="}}`],
    ['without a map', '{"v":1}'],
    ['with fewer digests than lengths', '{"v":1,"size":2,"map":{"lengths":1,"digests":""}}'],
    ['torn', '{"v":1,"si'],
  ] as const

  it.each(maps)('%s, the bundle is whole -> found again without a request', async (_, text) => {
    const { stage, dock, plugin, address } = await openInstalled({ chunkLengths: [100_000, 50_000, 150_000] })
    await dock.close()
    stage.host.records.spoil(RECORD_KINDS.chunks + address, text)
    const next = await stage.open()
    expect(equalBytes(await readEntry(next, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(stage.origin.requests).toEqual([])
    expect(await next.storage.verify('acme.charts')).toMatchObject({ ok: true })
  })

  it('the bundle too -> the map of the manifest, and only the bad chunk', async () => {
    const { stage, dock, plugin, address, fetched } = await openInstalled()
    await dock.close()
    stage.host.records.spoil(RECORD_KINDS.chunks + address, undefined)
    flip(stage, address, 0)
    const next = await stage.open()
    expect(equalBytes(await readEntry(next, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(fetched()).toBe(CHUNK)
  })

  it('the bundle too, and the manifest speaks of the next version -> the whole bundle is fetched', async () => {
    const { stage, dock, plugin, address, fetched } = await openInstalled({ chunkLengths: [100_000, 200_000] })
    await dock.close()
    stage.host.records.spoil(RECORD_KINDS.chunks + address, undefined)
    flip(stage, address, 0)
    await stage.publish({ version: '2.0.0' })
    const next = await stage.open()
    expect(equalBytes(await readEntry(next, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(fetched()).toBe(300_000)
    expect(await next.storage.verify('acme.charts')).toMatchObject({ ok: true })
  })
})

/** What is to come, and what lets it come. */
function gate() {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('a repair that fails', () => {
  it('begun while the dock closes -> asks for nothing, and is closed', async () => {
    const stage = createStage()
    const [closing, lease] = [gate(), gate()]
    let isClosing = false
    const close = async (stores: HostStores): Promise<void> => {
      isClosing = true
      await closing.opened
      await stores.close()
    }
    const open = async (): Promise<HostStores> => {
      const stores = await stage.host.open()
      return { ...stores, close: () => close(stores) }
    }
    const dock = await createPluginDockOn({ ...stage.host, open }, {})
    const { url, path } = await stage.publish()
    const { address } = await (await dock.downloads.startDownload(url)).finished
    const loaded = await dock.plugins.load('acme.charts')
    flip(stage, address, 70_000)
    stage.origin.forgetRequests()
    stage.origin.script(path, always(stall()))
    let asksForLease = false
    vi.spyOn(stage.host.leases, 'share').mockImplementation(async () => {
      asksForLease = true
      await lease.opened
      return () => {}
    })
    const read = expect(loaded.read()).rejects.toMatchObject({ code: 'closed' })
    while (!asksForLease) await stage.clock.settle()
    const closed = dock.close()
    while (!isClosing) await stage.clock.settle()
    lease.open()
    await read
    closing.open()
    await closed
    expect(stage.origin.requests).toEqual([])
  })

  it('the source is gone -> corrupt, at once, with the cause and what to do', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    const heard = notificationsOf(dock)
    flip(stage, address, 70_000)
    stage.origin.remove(plugin.path)
    await expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({
      code: 'corrupt',
      badChunks: [{ index: 1, offset: CHUNK, length: CHUNK }],
      cause: { code: 'http-status', status: 404 },
      message: expect.stringContaining('Remove it, then install it again'),
    })
    expect(heard).toEqual([])
    expect(await kinds(stage)).toEqual(['bundle'])
  })

  it('the server is busy -> three attempts, then corrupt; a later load repairs it and keeps what was won', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    await stage.host.bundles.deleteBundle(address)
    stage.origin.script(plugin.path, dropAfter(2 * CHUNK), always(status(503)))
    const outcome = readEntry(dock, 'acme.charts').then(
      () => 'read',
      (error: unknown) => error,
    )
    let ended: unknown
    void outcome.then((value) => {
      ended = value
    })
    await passTimeUntil(stage.clock, () => ended !== undefined, 'the repair to fail')
    expect(ended).toMatchObject({
      code: 'corrupt',
      cause: { code: 'http-status', status: 503 },
      message: expect.stringContaining('Load it again with a connection'),
    })
    expect(stage.origin.requests).toHaveLength(3)
    stage.origin.unscript(plugin.path)
    stage.origin.forgetRequests()
    expect(equalBytes(await readEntry(dock, 'acme.charts'), plugin.bytes)).toBe(true)
    expect(stage.origin.bytesSent(plugin.path)).toBe(300_000 - 2 * CHUNK)
  })

  it('the server asks to wait for an hour -> load does not, and the server is not asked before', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 0)
    stage.origin.script(plugin.path, always(status(503, { retryAfter: '3600' })))
    for (const elapsedMs of [0, 3_599_000]) {
      await stage.clock.advance(elapsedMs)
      await expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ code: 'corrupt', cause: { status: 503 } })
    }
    expect(stage.origin.requests).toHaveLength(1)
    stage.origin.unscript()
    await stage.clock.advance(1000)
    expect(equalBytes(await readEntry(dock, 'acme.charts'), plugin.bytes)).toBe(true)
  })

  it('read again and again -> a source that said no is asked once in a while', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 0)
    stage.origin.script(plugin.path, status(404))
    const loaded = await dock.plugins.load('acme.charts')
    for (let reads = 0; reads < 5; reads++) await expect(loaded.read()).rejects.toMatchObject({ code: 'corrupt' })
    expect(stage.origin.requests).toHaveLength(1)
    await stage.clock.advance(10_000)
    expect(equalBytes(await loaded.read(), plugin.bytes)).toBe(true)
    await loaded.close()
  })

  it('the device is offline -> one attempt', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 0)
    stage.host.conditions.change({ online: false })
    stage.origin.script(plugin.path, always(dropAfter(0)))
    await expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ code: 'corrupt', cause: { code: 'network' } })
    expect(stage.origin.requests).toHaveLength(1)
  })

  it('its source is not allowed any more -> corrupt, and no request', async () => {
    const { stage, dock, address } = await openInstalled()
    await dock.close()
    flip(stage, address, 0)
    const strict = await stage.open({ allowedOrigins: ['https://other.test'] })
    await expect(readEntry(strict, 'acme.charts')).rejects.toMatchObject({ cause: { code: 'untrusted-origin' } })
    expect(stage.origin.requests).toEqual([])
  })

  it('the source has another file by now -> corrupt, and no byte of it is kept', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 0)
    stage.origin.put(plugin.path, new Uint8Array(300_000))
    await expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ cause: { code: 'integrity' } })
    expect(await kinds(stage)).toEqual(['bundle'])
  })

  it('there is no room -> corrupt, and the damaged bundle is still there', async () => {
    const { stage, dock, address } = await openInstalled({}, createStage({ capacityBytes: 400_000 }))
    flip(stage, address, 70_000)
    await expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({
      code: 'corrupt',
      cause: { code: 'storage-full' },
      message: expect.stringContaining('Make room'),
    })
    expect(await stage.host.bundles.list()).toMatchObject([{ kind: 'bundle', sizeBytes: 300_000 }])
  })

  it('found by a page that does not lead -> the leader repairs it, and what is open there reads on', async () => {
    const stage = createStage({ pages: true })
    const { plugin, address } = await openInstalled({}, stage)
    const follower = await stage.open()
    const loaded = await follower.plugins.load('acme.charts')
    flip(stage, address, 70_000)
    expect(equalBytes(await loaded.read(), plugin.bytes)).toBe(true)
    await loaded.close()
  })
})

describe('meanwhile', () => {
  it('the plugin is deleted -> it stays deleted, and nothing of it is left', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 70_000)
    stage.origin.script(plugin.path, stall(10))
    const stalled = stage.origin.next('stall', plugin.path)
    const reading = expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ cause: { code: 'not-installed' } })
    await stalled
    await dock.storage.deletePlugin('acme.charts')
    stage.origin.release(plugin.path)
    await reading
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
    expect(await stage.host.bundles.list()).toEqual([])
    await dock.downloads.dismissSettled()
    await dock.close()
    expect(await stage.host.records.open().list('')).toEqual([])
  })

  it('deleted between the seal and the record -> it stays deleted, and nothing of it is left', async () => {
    const gate = createStorageGate()
    const { stage, dock, address } = await openInstalled({}, createStage(gate))
    flip(stage, address, 70_000)
    const held = gate.hold(({ operation, name }) => operation === 'seal' && name.startsWith('repair-'))
    const reading = expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ cause: { code: 'not-installed' } })
    await held.reached
    await dock.storage.deletePlugin('acme.charts')
    held.release()
    await reading
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('an update is installed -> the old version is repaired for who reads it, the new one is active', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 70_000)
    stage.origin.script(plugin.path, stall(10))
    const stalled = stage.origin.next('stall', plugin.path)
    const reading = readEntry(dock, 'acme.charts')
    await stalled
    await (await dock.downloads.startDownload((await stage.publish({ version: '2.0.0' })).url)).finished
    stage.origin.release(plugin.path)
    expect(equalBytes(await reading, plugin.bytes)).toBe(true)
    expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ version: '2.0.0' }])
  })

  it('the dock is closed -> closed; the next start finds the old bundle and collects what was begun', async () => {
    const { stage, dock, plugin, address } = await openInstalled()
    flip(stage, address, 70_000)
    stage.origin.script(plugin.path, stall(10))
    const stalled = stage.origin.next('stall', plugin.path)
    const reading = expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ code: 'closed' })
    await stalled
    await dock.close()
    await reading
    const next = await stage.open()
    expect(await kinds(stage)).toEqual(['bundle'])
    expect(equalBytes(await readEntry(next, 'acme.charts'), plugin.bytes)).toBe(true)
  })

  it.each(['openPartial', 'write', 'seal', 'commit'])(
    'the process dies at its %s -> the old or the whole bundle, and nothing else',
    async (operation) => {
      const gate = createStorageGate()
      const { stage, dock, plugin, address } = await openInstalled({}, createStage(gate))
      flip(stage, address, 70_000)
      const isOurs = (name: string): boolean => name.startsWith('repair-') || name.includes('installed/')
      const loaded = await dock.plugins.load('acme.charts')
      const held = gate.hold((call) => call.operation === operation && isOurs(call.name))
      const reading = loaded.read().catch(() => {})
      await held.reached
      stage.host.crash()
      held.release()
      await reading
      const next = await stage.open()
      expect(await kinds(stage)).toEqual(['bundle'])
      expect(equalBytes(await readEntry(next, 'acme.charts'), plugin.bytes)).toBe(true)
      expect(await next.storage.verify('acme.charts')).toMatchObject({ ok: true })
    },
  )
})
