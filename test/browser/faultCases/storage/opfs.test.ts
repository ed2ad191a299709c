import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { cdp } from 'vitest/browser'
import type { Bytes } from '../../../../src/domain/bytes.js'
import type { DownloadState, PluginDock } from '../../../../src/hosts/browser/index.js'
import type { BundleStore } from '../../../../src/ports/bundleStore.js'
import { startEngine } from '../../engineWorker.js'
import { expectRuns, install, openDockStage, SIZE_BYTES } from './dockStage.js'
import { ownName } from './platform.js'

const ADDRESS = 'a'.repeat(64)
const MIB = 1024 * 1024

/** What the browser enforces from then on. */
async function limitQuota(moreBytes: number): Promise<() => Promise<void>> {
  const { usage = 0 } = await navigator.storage.estimate()
  const { origin } = location
  const lift = () =>
    cdp()
      .send('Storage.overrideQuotaForOrigin', { origin })
      .then(() => {})
  await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + moreBytes })
  onTestFinished(lift)
  return lift
}

function untilState(dock: PluginDock, taskId: string, state: DownloadState): Promise<void> {
  return new Promise((resolve) => {
    dock.downloads.watchProgress(taskId).subscribe((progress) => progress.state === state && resolve())
  })
}

async function openStore(name: string, epoch: number): Promise<BundleStore> {
  const engine = await startEngine(name)
  onTestFinished(() => engine.close())
  await engine.lead(epoch)
  return engine.bundles
}

async function seal(store: BundleStore, key: string, bytes: Bytes): Promise<void> {
  const partial = await store.openPartial(key)
  await partial.write(0, bytes)
  await partial.seal(ADDRESS)
}

describe('files of the browser', () => {
  it('S4 the browser claims 10 GiB, and enforces less than the bundle -> awaitingSpace; with room the same bytes serve', async () => {
    const stage = await openDockStage()
    const dock = await stage.open()
    const other = await stage.publish({ id: 'acme.maps', size: 5000 })
    await (await dock.downloads.startDownload(other)).finished
    await dock.storage.pin('acme.maps')
    const lift = await limitQuota(SIZE_BYTES / 2)
    // as newer releases of Chromium claim by themselves
    const claim = vi.spyOn(navigator.storage, 'estimate').mockResolvedValue({ quota: 10 * 1024 * MIB, usage: 0 })
    onTestFinished(() => claim.mockRestore())
    const task = await dock.downloads.startDownload(stage.source)
    await untilState(dock, task.id, 'awaitingSpace')
    expect(task.progress.waitingFor?.code).toBe('space')
    await lift()
    // something went: the browser is believed again
    await dock.storage.deletePlugin('acme.maps')
    await task.finished
    await expectRuns(dock)
    expect(task.progress.bytesTransferred).toBeLessThanOrEqual(SIZE_BYTES + 16 * 1024)
  })

  it('S1 the quota is hit at a write -> storage-full; what was written is there, and goes on when something was deleted', async () => {
    const store = await openStore(ownName(), 1)
    await seal(store, 'other', new Uint8Array(2 * MIB).fill(1))
    await limitQuota(MIB)
    const partial = await store.openPartial('key')
    let written = 0
    const writeOn = async () => {
      for (; written < 2 * MIB; written += 128 * 1024) await partial.write(written, new Uint8Array(128 * 1024).fill(2))
    }
    await expect(writeOn()).rejects.toMatchObject({ code: 'storage-full' })
    expect(written).toBeGreaterThan(0)
    expect(new Set(await partial.read(0, written))).toEqual(new Set([2]))
    await store.deleteBundle(ADDRESS)
    await writeOn()
    await partial.seal(ADDRESS)
    const bundle = await store.openBundle(ADDRESS)
    expect(bundle?.size).toBe(2 * MIB)
    await bundle?.close()
  })

  it('S24 another tab holds files -> deleting goes on with the others, and the held ones go when they are let go of', async () => {
    const name = ownName()
    const [leader, hung] = [await openStore(name, 2), await openStore(name, 2)]
    const held = await hung.openPartial('held')
    for (const key of ['a', 'b']) await (await leader.openPartial(key)).close()
    for (const key of ['a', 'held', 'b']) await leader.deletePartial(key)
    expect((await leader.list()).map(({ name: key }) => key)).toEqual(['held'])
    await held.close()
    await leader.list()
    expect(await leader.list()).toEqual([])
  })

  it('S25 sealed over a bundle while another tab reads it -> each read is all old or all new', async () => {
    const name = ownName()
    const [leader, other] = [await openStore(name, 1), await openStore(name, 1)]
    await seal(leader, 'key', new Uint8Array(MIB).fill(1))
    const reader = await other.openBundle(ADDRESS)
    const seen = new Set<number>()
    let isSealed = false
    const sealing = seal(leader, 'key', new Uint8Array(MIB).fill(2)).finally(() => {
      isSealed = true
    })
    while (!isSealed) {
      const values = new Set(await reader?.read(0, MIB).catch(() => Uint8Array.of(1)))
      expect(values.size).toBe(1)
      for (const value of values) seen.add(value)
    }
    await sealing
    await reader?.close()
    const next = await other.openBundle(ADDRESS)
    expect(new Set(await next?.read(0, MIB))).toEqual(new Set([2]))
    await next?.close()
    expect(seen.has(1)).toBe(true)
  })

  it('S22 a bundle is cut short, or a folder is in its place -> fetched again', async () => {
    const stage = await openDockStage()
    const dock = await stage.open()
    await install(dock, stage)
    await dock.close()
    const [file = ''] = await stage.filesIn('bundles')
    const bundles = await stage.folder('bundles')
    const writable = await (await bundles.getFileHandle(file)).createWritable()
    await writable.write(new Uint8Array(1000))
    await writable.close()
    const second = await stage.open()
    await expectRuns(second)
    await second.close()
    await bundles.removeEntry(file)
    await bundles.getDirectoryHandle(file, { create: true })
    const third = await stage.open()
    await expectRuns(third)
  })
})
