import { describe, expect, it } from 'vitest'
import type { StorageCall } from '../../../src/adapters/storageFaults.js'
import type { PluginDock } from '../../../src/dock/types.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import { stall } from '../../../src/testing/index.js'
import { createStage, isInstalled, type Stage } from '../dock/stage.js'
import { createStorageGate, writesInstalled } from '../dock/storageGate.js'

const OLD = { version: '1.0.0', size: 5000, chunkLengths: 1000 }
const NEW = { version: '2.0.0', size: 5000, chunkLengths: 1000 }

async function install(dock: PluginDock, { url }: { url: string }): Promise<void> {
  await (await dock.downloads.startDownload(url)).finished
}

/** Everything that is stored, for who compares. */
async function contentOf(stage: Stage) {
  const stores = await stage.host.open()
  const [records, files] = [await stores.records.list(''), await stores.bundles.list()]
  await stores.close()
  return { records, files }
}

/** Two versions, a download that stands in the middle, and a policy: every kind of record. */
async function openWithEverything() {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open()
  const old = await stage.publish(OLD)
  await install(dock, old)
  const next = await stage.publish(NEW)
  await install(dock, next)
  await dock.policy.change({ saveData: 'ignore' })
  const inline = await stage.publish({ id: 'acme.maps', size: 200_000, chunkLengths: 50_000 })
  stage.origin.script(inline.path, stall(120_000))
  const stalled = stage.origin.next('stall', inline.path)
  const task = await dock.downloads.startDownload(inline.manifest, { baseUrl: stage.origin.urlOf('/acme.maps/') })
  await stalled
  await dock.downloads.pauseDownload(task.id)
  await dock.close()
  return { stage, old, next, inline, task }
}

describe('records and files that do not fit together', () => {
  it('S9 everything is gone between two sessions -> a clean first run: not-installed, and it installs', async () => {
    const { next } = await openWithEverything()
    const fresh = createStage()
    const dock = await fresh.open()
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
    await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'not-installed' })
    const published = await fresh.publish(NEW)
    await install(dock, published)
    expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
  })

  it('S10 the records are gone and the files are there -> the files are collected, and it installs again', async () => {
    const { stage, next } = await openWithEverything()
    const { records } = await contentOf(stage)
    for (const { key } of records) stage.host.records.spoil(key, undefined)
    const dock = await stage.open()
    expect(await stage.host.bundles.list()).toEqual([])
    await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'not-installed' })
    await install(dock, next)
    expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
  })

  it('S10 the files are gone and the records are there -> loaded, it is fetched again; without a source it says what is missing', async () => {
    const { stage, next, inline, task } = await openWithEverything()
    const stores = await stage.host.open()
    for (const { kind, name } of await stores.bundles.list()) {
      if (kind === 'bundle') await stores.bundles.deleteBundle(name)
      else await stores.bundles.deletePartial(name)
    }
    await stores.close()
    stage.origin.remove(next.path)
    const dock = await stage.open()
    await expect(dock.plugins.load('acme.charts')).rejects.toBeInstanceOf(PluginDockError)
    await dock.downloads.resumeDownload(task.id)
    await dock.downloads.getTask(task.id)?.finished
    expect(await isInstalled(dock, 'acme.maps', inline.bytes)).toBe(true)
    await dock.close()
    stage.origin.put(next.path, next.bytes)
    const again = await stage.open()
    expect(await isInstalled(again, 'acme.charts', next.bytes)).toBe(true)
  })
})

describe('a process that dies while it installs', () => {
  it('S15 between the seal and the record -> the bytes are taken over, and nothing is sent again', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish(NEW)
    const held = gate.hold(writesInstalled)
    const task = await dock.downloads.startDownload(url)
    await held.reached
    stage.host.crash()
    held.release()
    const again = await stage.open()
    await again.downloads.getTask(task.id)?.finished
    expect(await isInstalled(again, 'acme.charts', bytes)).toBe(true)
    expect(stage.origin.bytesSent(path)).toBe(bytes.length)
  })

  it('S15 between the seal and the record, and the bytes rot -> they are fetched anew', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url, bytes } = await stage.publish(NEW)
    const held = gate.hold(writesInstalled)
    const task = await dock.downloads.startDownload(url)
    await held.reached
    stage.host.crash()
    held.release()
    const [sealed] = await stage.host.bundles.list()
    stage.host.bundles.bytesOf('bundle', sealed?.name ?? '')?.fill(0)
    const again = await stage.open()
    await again.downloads.getTask(task.id)?.finished
    expect(await isInstalled(again, 'acme.charts', bytes)).toBe(true)
  })

  it('S15 between the seal and the record, and nobody wants it any more -> it is removed', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url } = await stage.publish(NEW)
    const held = gate.hold(writesInstalled)
    await dock.downloads.startDownload(url)
    await held.reached
    stage.host.crash()
    held.release()
    for (const { key } of (await contentOf(stage)).records) stage.host.records.spoil(key, undefined)
    await stage.open()
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('S16 after the record, before what it replaced is removed -> the new version, and the next start removes the old one', async () => {
    expect(await activeAfterCrash(({ operation }) => operation === 'deleteBundle')).toBe('2.0.0')
  })

  it('S17 at the record that switches the version -> exactly the old one, and the next start installs the new one', async () => {
    expect(await activeAfterCrash(writesInstalled)).toBe('1.0.0')
  })
})

/** Dies at a call of an update; what was active then. The next start ends with the new version, and nothing beside it. */
async function activeAfterCrash(matches: (call: StorageCall) => boolean): Promise<string | undefined> {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const options = { storage: { keepPreviousVersions: 0 } }
  const dock = await stage.open(options)
  const old = await stage.publish(OLD)
  await install(dock, old)
  const next = await stage.publish(NEW)
  const held = gate.hold(matches)
  const task = await dock.downloads.startDownload(next.url)
  await held.reached
  stage.host.crash()
  held.release()
  const waiting = gate.hold(({ operation }) => operation === 'openPartial')
  const again = await stage.open(options)
  const [installed] = await again.storage.getInstalledPlugins()
  const active = installed?.version === '2.0.0' ? next : old
  expect(await isInstalled(again, 'acme.charts', active.bytes)).toBe(true)
  waiting.release()
  await again.downloads.getTask(task.id)?.finished
  expect(await isInstalled(again, 'acme.charts', next.bytes)).toBe(true)
  await stage.clock.settle()
  expect(await stage.host.bundles.list()).toHaveLength(1)
  return installed?.version
}

describe('records that cannot be read', () => {
  it('S18 any record is cut at any byte -> the dock opens, all other plugins run, and it installs again', async () => {
    const { stage, next } = await openWithEverything()
    const other = await stage.publish({ id: 'acme.other', size: 3000 })
    const filling = await stage.open()
    await install(filling, other)
    await filling.close()
    const { records } = await contentOf(stage)
    for (const { key, value } of records) {
      const text = JSON.stringify(value)
      for (let end = 0; end < text.length; end++) expect(() => JSON.parse(text.slice(0, end))).toThrow()
      for (let end = 0; end < text.length; end += Math.ceil(text.length / 10)) {
        const dock = await openOver(stage, records, key, text.slice(0, end))
        if (key !== 'installed/acme.other') expect(await isInstalled(dock, 'acme.other', other.bytes)).toBe(true)
        await dock.close()
      }
    }
    const dock = await openOver(stage, records, 'installed/acme.charts', '{"v":1')
    await install(dock, next)
    expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
  }, 30_000)

  it('S19 any record is of a newer release -> left as it is, nothing is removed, and what is understood runs', async () => {
    const { stage, next } = await openWithEverything()
    const { records, files } = await contentOf(stage)
    for (const { key, value } of records) {
      const newer = JSON.stringify({ ...(value as object), v: 2, shape: 'unknown' }) // reason: every record is an object
      const dock = await openOver(stage, records, key, newer)
      if (key === 'installed/acme.charts') {
        await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'unsupported' })
        const { url } = await stage.publish({ version: '3.0.0' })
        const task = await dock.downloads.startDownload(url)
        await stage.until(task, 'failed')
        expect(task.progress.failure).toMatchObject({ code: 'unsupported' })
        await dock.downloads.cancelDownload(task.id)
        await dock.downloads.dismissDownload(task.id)
        await stage.publish(NEW)
      } else if (!/^(chunks|source)\//.test(key)) expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
      await dock.close()
      const after = await contentOf(stage)
      expect(after.records).toContainEqual({ key, value: JSON.parse(newer) })
      expect(after.files.filter(({ kind }) => kind === 'bundle')).toEqual(files.filter(({ kind }) => kind === 'bundle'))
    }
  })

  it('S20 what was committed is committed again, in any order, and the dock is opened again and again -> the same state', async () => {
    const { stage, next } = await openWithEverything()
    const before = await contentOf(stage)
    const stores = await stage.host.open()
    const epoch = await stores.records.claimEpoch()
    for (const { key, value } of [...before.records, ...before.records].reverse()) {
      await stores.records.commit([{ key, value }], { epoch })
    }
    await stores.close()
    for (let times = 0; times < 3; times++) {
      const dock = await stage.open()
      expect(await isInstalled(dock, 'acme.charts', next.bytes)).toBe(true)
      await dock.close()
      expect(await contentOf(stage)).toEqual(before)
    }
  })
})

/** A dock over these records, one of them spoiled; files are as they were, or fetched again where they are read. */
async function openOver(
  stage: Stage,
  records: readonly { readonly key: string; readonly value: unknown }[],
  spoiled: string,
  text: string,
): Promise<PluginDock> {
  const present = await contentOf(stage)
  for (const { key } of present.records) stage.host.records.spoil(key, undefined)
  for (const { key, value } of records) stage.host.records.spoil(key, JSON.stringify(value))
  stage.host.records.spoil(spoiled, text)
  return stage.open()
}
