import { describe, expect, it } from 'vitest'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import { StorageError } from '../../../src/domain/errors/index.js'
import { buildPlugin, publishOn, seededBytes, stall } from '../../../src/testing/index.js'
import { packed } from '../plugins/zips.js'
import { createStage, isInstalled, passTimeUntil, readEntry, type Stage } from './stage.js'
import { createStorageGate, writesInstalled } from './storageGate.js'

/** One bundle that two manifests name, each with a copy of its own. */
async function publishTwice(stage: Stage, chunkLengths: number | 'none' = 65_536) {
  const first = await stage.publish({ chunkLengths })
  const copy = `/mirror/${first.manifest.bundle.urls[0]}`
  stage.origin.put('/mirror/manifest.json', JSON.stringify(first.manifest))
  stage.origin.put(copy, first.bytes)
  return { ...first, mirrorUrl: stage.origin.urlOf('/mirror/manifest.json'), paths: [first.path, copy] as const }
}

async function startBoth(stage: Stage, dock: PluginDock, urls: readonly [string, string], path: string) {
  stage.origin.script(path, stall(100_000))
  const stalled = stage.origin.next('stall', path)
  const first = await dock.downloads.startDownload(urls[0])
  await stalled
  const second = await dock.downloads.startDownload(urls[1])
  await new Promise<void>((resolve) => {
    dock.downloads.watchProgress(second.id).subscribe(({ state }) => state === 'queued' && resolve())
  })
  expect(second.id).not.toBe(first.id)
  return [first, second] as const satisfies readonly DownloadTask[]
}

describe('two downloads of one bundle, from different sources', () => {
  it('one is cancelled -> the other keeps every byte, and installs', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, mirrorUrl, path, bytes } = await publishTwice(stage)
    const [first, second] = await startBoth(stage, dock, [url, mirrorUrl], path)
    await dock.downloads.cancelDownload(second.id)
    stage.origin.release(path)
    await first.finished
    expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
    expect(stage.origin.bytesSent(path)).toBe(300_000)
  })

  it('both are cancelled -> nothing is left', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, mirrorUrl, path } = await publishTwice(stage)
    const tasks = await startBoth(stage, dock, [url, mirrorUrl], path)
    await Promise.all(tasks.map((task) => dock.downloads.cancelDownload(task.id)))
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it.each([65_536, 'none'] as const)(
    'both go on (chunks: %s) -> both installed, its bytes sent once',
    async (chunks) => {
      const stage = createStage()
      const dock = await stage.open()
      const { url, mirrorUrl, path, paths } = await publishTwice(stage, chunks)
      const [first, second] = await startBoth(stage, dock, [url, mirrorUrl], path)
      stage.origin.release(path)
      await first.finished
      await second.finished
      expect(paths.map((sent) => stage.origin.bytesSent(sent))).toEqual([300_000, 0])
      expect((await stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle'])
    },
  )
})

describe('an install', () => {
  it.each([65_536, 'none'] as const)(
    'killed when it is installed, before its task says so (chunks: %s) -> installed, nothing sent again',
    async (chunkLengths) => {
      const gate = createStorageGate()
      const stage = createStage(gate)
      const dock = await stage.open()
      const { url, path } = await stage.publish({ chunkLengths })
      const task = await dock.downloads.startDownload(url)
      await task.finished
      stage.host.crash()
      const again = await stage.open()
      const isThere = () => again.downloads.getTask(task.id)?.progress.state === 'installed'
      await passTimeUntil(stage.clock, isThere, 'the task to be installed')
      expect(stage.origin.bytesSent(path)).toBe(300_000)
    },
  )

  it('cancelled while its archive is inspected -> cancelled, the rest of it is not read, nothing is left', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const zip = await packed({ 'index.js': '', 'big.bin': new Uint8Array(16 * 1024 * 1024) }, false)
    const { manifest, bytes } = await buildPlugin({ bytes: Uint8Array.from(zip) })
    const bundle = { ...manifest.bundle, format: 'zip' as const }
    const held = gate.hold(({ operation }) => operation === 'read')
    const task = await dock.downloads.startDownload(
      publishOn(stage.origin, { manifest: { ...manifest, bundle }, bytes }),
    )
    await held.reached
    expect(task.progress.state).toBe('verifying')
    let reads = 0
    gate.watch(({ operation }) => {
      if (operation === 'read') reads++
    })
    const cancelling = dock.downloads.cancelDownload(task.id)
    held.release()
    await cancelling
    expect(task.progress.state).toBe('cancelled')
    expect(await stage.host.bundles.list()).toEqual([])
    expect(reads).toBe(0)
  })

  it('cancelled meanwhile, and the commit is refused -> cancelled, nothing is left', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url } = await stage.publish()
    gate.refuse(writesInstalled, new StorageError('The disk is broken'))
    const held = gate.hold(({ operation }) => operation === 'seal')
    const task = await dock.downloads.startDownload(url)
    await held.reached
    const cancelling = dock.downloads.cancelDownload(task.id)
    held.release()
    await cancelling
    expect(task.progress.state).toBe('cancelled')
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('cancelled meanwhile, and the commit is through -> installed', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url } = await stage.publish()
    const held = gate.hold(writesInstalled)
    const task = await dock.downloads.startDownload(url)
    await held.reached
    const cancelling = dock.downloads.cancelDownload(task.id)
    held.release()
    await cancelling
    expect(task.progress.state).toBe('installed')
  })

  it('the commit is refused, then tried again -> the sealed bytes serve, nothing is sent again', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    const allow = gate.refuse(writesInstalled, new StorageError('The disk is broken'))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'storage' })
    allow()
    await dock.downloads.retryDownload(task.id)
    await task.finished
    expect(stage.origin.bytesSent(path)).toBe(300_000)
  })

  it.each(['seal', 'commit'] as const)(
    'the dock is closed at its %s -> installed when it is opened again',
    async (at) => {
      const gate = createStorageGate()
      const stage = createStage(gate)
      const dock = await stage.open()
      const { url, path } = await stage.publish()
      const held = gate.hold(at === 'seal' ? ({ operation }) => operation === 'seal' : writesInstalled)
      const task = await dock.downloads.startDownload(url)
      await held.reached
      const closing = dock.close()
      await stage.clock.settle()
      held.release()
      await closing
      const again = await stage.open()
      expect(await again.storage.getInstalledPlugins()).toMatchObject([{ pluginId: 'acme.charts' }])
      await again.downloads.getTask(task.id)?.finished
      expect(stage.origin.bytesSent(path)).toBe(300_000)
    },
  )
})

it('two plugins with the same bundle, downloaded at the same time -> both have it, and neither seals over the other', async () => {
  const stage = createStage()
  const dock = await stage.open()
  const bytes = seededBytes(100_000, 'twins')
  const first = await stage.publish({ id: 'acme.charts', bytes })
  const second = await stage.publish({ id: 'acme.twin', bytes })
  const tasks = await Promise.all([first, second].map(({ url }) => dock.downloads.startDownload(url)))
  for (const task of tasks) await stage.until(task, 'installed')
  const [file, ...others] = await stage.host.bundles.list()
  expect(others).toEqual([])
  expect(file).toMatchObject({ kind: 'bundle', sizeBytes: bytes.length })
  expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  expect(await isInstalled(dock, 'acme.twin', bytes)).toBe(true)
})

it('deleted and asked for again while its bytes are being removed -> fetched again, and there', async () => {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open()
  const { url } = await stage.publish()
  await (await dock.downloads.startDownload(url)).finished
  await dock.downloads.dismissSettled()
  const removing = gate.hold(({ operation }) => operation === 'deleteBundle')
  const deleted = dock.storage.deletePlugin('acme.charts')
  await removing.reached
  const task = await dock.downloads.startDownload(url)
  await stage.clock.settle()
  removing.release()
  await deleted
  await stage.until(task, 'installed')
  expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: true })
})
