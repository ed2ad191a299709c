import { describe, expect, it } from 'vitest'
import { always, stall, status } from '../../../src/testing/index.js'
import { createStage, type Stage } from './stage.js'
import { createStorageGate } from './storageGate.js'

const CHUNK = 65_536

async function openInstalled(stage: Stage = createStage()) {
  const dock = await stage.open()
  const plugin = await stage.publish()
  await (await dock.downloads.startDownload(plugin.url)).finished
  stage.origin.forgetRequests()
  return { stage, dock, plugin }
}

/** The same bundle with other last bytes: all chunks but the last are as they were. */
function changed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const other = bytes.slice()
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
  return other
}

describe('estimate', () => {
  it('nothing is installed -> all of it; the manifest is read, nothing is recorded, no byte of the bundle is asked for', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    const usedBefore = await dock.storage.getUsedSpace()
    expect(await dock.downloads.estimate(url)).toEqual({
      totalBytes: 300_000,
      bytesToTransfer: 300_000,
      bytesReusable: 0,
    })
    expect(stage.origin.requests.map((request) => request.path)).toEqual([new URL(url).pathname])
    expect(stage.origin.bytesSent(path)).toBe(0)
    expect(dock.downloads.getTasks()).toEqual([])
    expect(await dock.storage.getUsedSpace()).toBe(usedBefore)
  })

  it('an update -> what the installed version has not, and the download then transfers just that', async () => {
    const { stage, dock, plugin } = await openInstalled()
    const next = await stage.publish({ version: '1.1.0', bytes: changed(plugin.bytes) })
    const estimated = await dock.downloads.estimate(new URL(next.url))
    expect(estimated).toEqual({
      totalBytes: 300_000,
      bytesToTransfer: 300_000 - 4 * CHUNK,
      bytesReusable: 4 * CHUNK,
    })
    const task = await dock.downloads.startDownload(next.url)
    await task.finished
    expect(task.progress).toMatchObject({
      bytesTransferred: estimated.bytesToTransfer,
      bytesReused: estimated.bytesReusable,
    })
  })

  it('this very bundle is installed -> nothing to transfer', async () => {
    const { dock, plugin } = await openInstalled()
    const nothing = { totalBytes: 300_000, bytesToTransfer: 0, bytesReusable: 300_000 }
    expect(await dock.downloads.estimate(plugin.url)).toEqual(nothing)
    expect(await dock.downloads.estimate(plugin.manifest, { baseUrl: plugin.url })).toEqual(nothing)
  })

  it('a bundle without chunks -> all of it', async () => {
    const { stage, dock, plugin } = await openInstalled()
    const next = await stage.publish({ version: '1.1.0', bytes: changed(plugin.bytes), chunkLengths: 'none' })
    expect(await dock.downloads.estimate(next.url)).toMatchObject({ bytesToTransfer: 300_000, bytesReusable: 0 })
  })

  it('it is half downloaded, also before a restart -> what is missing', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(150_000))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    const half = { totalBytes: 300_000, bytesToTransfer: 300_000 - 2 * CHUNK, bytesReusable: 2 * CHUNK }
    expect(await dock.downloads.estimate(url)).toEqual(half)
    await dock.close()
    const next = await stage.open()
    expect(await next.downloads.estimate(url)).toEqual(half)
  })

  it('an update is half downloaded -> what it took from the installed version is not counted twice', async () => {
    const { stage, dock, plugin } = await openInstalled()
    const bytes = plugin.bytes.slice()
    for (const chunk of [0, 1, 2]) bytes[chunk * CHUNK] = (bytes[chunk * CHUNK] ?? 0) ^ 1
    const next = await stage.publish({ version: '1.1.0', bytes })
    stage.origin.script(next.path, stall(CHUNK + 10), always(stall(0)))
    const stalled = stage.origin.next('stall', next.path)
    const task = await dock.downloads.startDownload(next.url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    const { bytesReusable } = await dock.downloads.estimate(next.url)
    expect(bytesReusable).toBe(task.progress.bytesDownloaded)
    expect(task.progress.bytesReused).toBe(300_000 - 3 * CHUNK)
  })

  it.each([
    ['no URL', 'nonsense', 'manifest'],
    ['another origin', 'http://plain.test/manifest.json', 'untrusted-origin'],
    ['no file', 'https://origin.test/nothing.json', 'http-status'],
  ])('%s -> %s rejects with %s', async (_, source, code) => {
    const dock = await createStage().open()
    await expect(dock.downloads.estimate(source)).rejects.toMatchObject({ code })
  })

  it('a manifest with faults, that has expired, or that leads elsewhere -> as a download would fail', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const ask = (change: object) => dock.downloads.estimate({ ...manifest, ...change }, { baseUrl: url })
    await expect(ask({ version: 'one' })).rejects.toMatchObject({ code: 'manifest' })
    await expect(ask({ expires: '2000-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'expired' })
    const elsewhere = { ...manifest.bundle, urls: ['http://plain.test/a.bin'] }
    await expect(ask({ bundle: elsewhere })).rejects.toMatchObject({ code: 'untrusted-origin' })
    await expect(dock.downloads.estimate(manifest)).rejects.toMatchObject({
      code: 'manifest',
      message: expect.stringContaining('baseUrl'),
    })
  })

  it('the server is busy -> told at once, without another attempt', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    stage.origin.script(new URL(url).pathname, always(status(503)))
    await expect(dock.downloads.estimate(url)).rejects.toMatchObject({ code: 'http-status', status: 503 })
    expect(stage.origin.requests).toHaveLength(1)
  })

  it('aborted, or the dock is closed -> cancelled, or closed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    const { pathname } = new URL(url)
    stage.origin.script(pathname, always(stall(0)))
    const abort = new AbortController()
    const first = stage.origin.next('stall', pathname)
    const cancelled = expect(dock.downloads.estimate(url, { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await first
    abort.abort()
    await cancelled
    await expect(dock.downloads.estimate(url, { signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' })
    const second = stage.origin.next('stall', pathname)
    const closed = expect(dock.downloads.estimate(url)).rejects.toMatchObject({ code: 'closed' })
    await second
    await dock.close()
    await closed
    await expect(dock.downloads.estimate(url)).rejects.toMatchObject({ code: 'closed' })
  })

  it('in a page that does not lead -> the same figures', async () => {
    const stage = createStage({ pages: true })
    const { plugin } = await openInstalled(stage)
    const follower = await stage.open()
    const next = await stage.publish({ version: '1.1.0', bytes: changed(plugin.bytes) })
    expect(await follower.downloads.estimate(next.url)).toMatchObject({ bytesReusable: 4 * CHUNK })
  })
})

describe('bytes that were taken from versions on the disk', () => {
  it('after a restart in the middle, and when it is installed -> still told, and after the next start', async () => {
    const { stage, dock, plugin } = await openInstalled()
    const next = await stage.publish({ version: '1.1.0', bytes: changed(plugin.bytes) })
    stage.origin.script(next.path, stall(10))
    const stalled = stage.origin.next('stall', next.path)
    const begun = await dock.downloads.startDownload(next.url)
    await stalled
    await dock.downloads.pauseDownload(begun.id)
    expect(begun.progress.bytesReused).toBe(4 * CHUNK)
    await dock.close()

    const second = await stage.open()
    expect(second.downloads.getTask(begun.id)?.progress.bytesReused).toBe(4 * CHUNK)
    await second.downloads.resumeDownload(begun.id)
    await second.downloads.getTask(begun.id)?.finished
    const told = { state: 'installed', bytesDownloaded: 300_000, bytesReused: 4 * CHUNK }
    expect(second.downloads.getTask(begun.id)?.progress).toMatchObject(told)
    await second.close()
    const third = await stage.open()
    expect(third.downloads.getTask(begun.id)?.progress).toMatchObject(told)
  })

  it('a new version of the very same bytes -> all of them', async () => {
    const { stage, dock, plugin } = await openInstalled()
    const next = await stage.publish({ version: '1.1.0', bytes: plugin.bytes })
    const task = await dock.downloads.startDownload(next.url)
    await task.finished
    expect(task.progress).toMatchObject({ bytesReused: 300_000, bytesTransferred: 0 })
  })

  it('its partial was lost meanwhile -> taken again, and counted once', async () => {
    const { stage, dock, plugin } = await openInstalled()
    const next = await stage.publish({ version: '1.1.0', bytes: changed(plugin.bytes) })
    stage.origin.script(next.path, stall(10))
    const stalled = stage.origin.next('stall', next.path)
    const task = await dock.downloads.startDownload(next.url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    const [partial] = (await stage.host.bundles.list()).filter(({ kind }) => kind === 'partial')
    await stage.host.bundles.deletePartial(partial?.name ?? '')
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(task.progress.bytesReused).toBe(4 * CHUNK)
  })

  it('the process died between the seal and the record -> what was fetched before is not called reused', async () => {
    const gate = createStorageGate()
    const { stage, dock, plugin } = await openInstalled(createStage(gate))
    const next = await stage.publish({ version: '1.1.0', bytes: changed(plugin.bytes) })
    const held = gate.hold(({ operation, name }) => operation === 'commit' && name.includes('installed/'))
    const task = await dock.downloads.startDownload(next.url)
    await held.reached
    stage.host.crash()
    held.release()
    const second = await stage.open()
    await second.downloads.getTask(task.id)?.finished
    expect(second.downloads.getTask(task.id)?.progress).toMatchObject({ state: 'installed', bytesReused: 4 * CHUNK })
  })
})
