import { describe, expect, it, type MockInstance, vi } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import { CancelledError, IntegrityError, ManifestError, TaskNotFoundError } from '../../../src/domain/errors/index.js'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { createLocalEngine } from '../../../src/engine/localEngine.js'
import type { HostStores } from '../../../src/ports/host.js'
import type { TransferEngine } from '../../../src/ports/transferEngine.js'
import { always, corrupt, dropAfter, stall, status, together } from '../../../src/testing/index.js'
import { createStage, passTimeUntil, readEntry } from './stage.js'

describe('a download', () => {
  it.each([65_536, 'none', [100_000, 200_000]] as const)(
    'chunks of %s -> installed, byte-identical',
    async (chunkLengths) => {
      const stage = createStage()
      const dock = await stage.open()
      const { url, bytes } = await stage.publish({ chunkLengths })
      const task = await dock.downloads.startDownload(url)
      expect(await task.finished).toMatchObject({ pluginId: 'acme.charts', version: '1.0.0', sizeBytes: 300_000 })
      expect(task.progress).toMatchObject({ state: 'installed', bytesDownloaded: 300_000, totalBytes: 300_000 })
      expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
    },
  )

  it('no byte at all -> a legal plugin', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish({ size: 0 })
    await (await dock.downloads.startDownload(url)).finished
    expect(await readEntry(dock, 'acme.charts')).toHaveLength(0)
  })

  it('connection cut in the middle of a chunk -> goes on at the next byte', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, dropAfter(100_000), dropAfter(1000))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    expect(task.progress).toMatchObject({ attempt: 2, waitingFor: { code: 'backoff', cause: 'cut' } })
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(300_000)
  })

  it('connection cut five times without a verified byte -> failed, and a retry goes on', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, ...Array.from({ length: 5 }, () => dropAfter(10)))
    const task = await dock.downloads.startDownload(url)
    const first = task.finished
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'network', retryable: true, attempt: 5 })
    await expect(first).rejects.toMatchObject({ code: 'network' })
    await dock.downloads.retryDownload(task.id)
    await stage.until(task, 'installed')
    await task.finished
    expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
  })

  it('verified bytes between cuts -> the count of attempts starts over', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish({ size: 1_000_000 })
    stage.origin.script(path, ...Array.from({ length: 9 }, () => dropAfter(100_000)))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(1_000_000)
  })

  it('server says 503 with Retry-After -> waits for as long, and gives its turn to others', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 1, retry: { jitter: 'none' } })
    const busy = await stage.publish({ id: 'busy' })
    const other = await stage.publish({ id: 'other' })
    stage.origin.script(busy.path, status(503, { retryAfter: 30 }))
    const first = await dock.downloads.startDownload(busy.url)
    await stage.until(first, 'retrying')
    expect(first.progress.waitingFor).toMatchObject({ code: 'server-busy' })
    expect(Math.abs((first.progress.waitingFor?.until ?? 0) - stage.clock.now() - 30_000)).toBeLessThan(1000)
    const second = await dock.downloads.startDownload(other.url)
    await second.finished
    expect(first.progress.state).toBe('retrying')
    const until = first.progress.waitingFor?.until ?? Number.POSITIVE_INFINITY
    await stage.until(first, 'installed')
    expect(stage.clock.now()).toBeGreaterThanOrEqual(until)
  })

  it('server goes silent -> stalled, then tried again', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(70_000))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    expect(task.progress.waitingFor).toMatchObject({ cause: 'stall' })
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(300_000)
  })

  it('one chunk damaged on the way -> only that chunk is fetched again', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, corrupt(70_000))
    const task = await dock.downloads.startDownload(url)
    await task.finished
    expect(task.progress.bytesTransferred).toBe(300_000 + 65_536)
    expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
  })

  it.each([65_536, 'none'] as const)(
    'other bytes than the manifest says (chunks: %s) -> integrity, and nothing installs',
    async (chunkLengths) => {
      const stage = createStage()
      const dock = await stage.open()
      const { url, path } = await stage.publish({ chunkLengths })
      stage.origin.script(path, always(corrupt(70_000)))
      const task = await dock.downloads.startDownload(url)
      await expect(task.finished).rejects.toBeInstanceOf(IntegrityError)
      expect(await dock.storage.getInstalledPlugins()).toEqual([])
      stage.origin.unscript(path)
      await dock.downloads.retryDownload(task.id)
      await task.finished
    },
  )

  it('chunks and integrity disagree, and hashing twice is not cheap -> verify says it', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const lie = { ...manifest, bundle: { ...manifest.bundle, integrity: `sha256-${'A'.repeat(43)}=` } }
    await (await dock.downloads.startDownload(lie, { baseUrl: url })).finished
    // nor is it forgotten
    for (let times = 0; times < 2; times++) {
      expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: false, badChunks: [] })
    }
  })

  it('a chunk is damaged, and the rest of the answer never comes -> it is closed, and not waited for', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, together(corrupt(10), stall(70_000)))
    const task = await dock.downloads.startDownload(url)
    await task.finished
    expect(stage.origin.requests.filter(({ outcome }) => outcome === 'open')).toEqual([])
  })

  it('a manifest of more than 4 MiB -> manifest, and the rest of it is not read', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const large = JSON.stringify({ ...manifest, remark: 'x'.repeat(8 * 1024 * 1024) })
    stage.origin.put(new URL(url).pathname, { bytes: large, contentType: 'application/json' })
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'manifest' })
    expect(stage.origin.bytesSent(new URL(url).pathname)).toBeLessThan(8 * 1024 * 1024)
  })

  it('a manifest as an object, with a base URL -> installed, and its chunks are in no event', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const task = await dock.downloads.startDownload(manifest, { baseUrl: url })
    expect(task.pluginId).toBe('acme.charts')
    await task.finished
  })

  it('already installed with the same bundle -> a task in installed, and nothing is sent', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    await (await dock.downloads.startDownload(url)).finished
    stage.origin.forgetRequests()
    const again = await dock.downloads.startDownload(manifest, { baseUrl: url })
    expect(again.progress.state).toBe('installed')
    await again.finished
    expect(stage.origin.requests).toEqual([])
  })

  it('asked for twice in one tick -> one task, one transfer', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    const [first, second] = await Promise.all([dock.downloads.startDownload(url), dock.downloads.startDownload(url)])
    expect(second.id).toBe(first.id)
    await first.finished
    expect(stage.origin.bytesSent(path)).toBe(300_000)
  })

  it('an update -> previous version kept, unchanged chunks are taken from it', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const old = await stage.publish()
    await (await dock.downloads.startDownload(old.url)).finished
    const bytes = old.bytes.slice()
    bytes[299_999] = (bytes[299_999] ?? 0) ^ 1
    const next = await stage.publish({ version: '1.1.0', bytes })
    const task = await dock.downloads.startDownload(next.url)
    await task.finished
    expect(task.progress).toMatchObject({ bytesReused: 4 * 65_536, bytesTransferred: 300_000 - 4 * 65_536 })
    expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
    expect((await stage.host.bundles.list()).filter(({ kind }) => kind === 'bundle')).toHaveLength(2)
  })
})

describe('pause, resume, cancel, dismiss', () => {
  it('cancelled, and not dismissed -> the engine keeps nothing of it', async () => {
    const stage = createStage()
    let forget: MockInstance<TransferEngine['forget']> | undefined
    const open = async (): Promise<HostStores> => {
      const stores = await stage.host.open()
      const engine = createLocalEngine({ ...stage.host, bundles: stores.bundles })
      forget = vi.spyOn(engine, 'forget')
      return { ...stores, engine }
    }
    const dock = await createPluginDockOn({ ...stage.host, open }, {})
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    expect(forget).not.toHaveBeenCalled()
    await dock.downloads.cancelDownload(task.id)
    expect(forget).toHaveBeenCalledWith(task.id)
    expect(dock.downloads.getTask(task.id)?.progress.state).toBe('cancelled')
    await dock.close()
  })

  it('paused -> no byte moves until it is resumed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    expect(task.progress).toMatchObject({ state: 'paused', speedBytesPerSecond: 0, waitingFor: { code: 'user' } })
    await stage.clock.advance(60_000)
    expect(stage.origin.bytesSent(path)).toBe(100_000)
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(stage.origin.bytesSent(path)).toBe(300_000)
  })

  it('cancelled -> its bytes are removed, and finished rejects', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.cancelDownload(task.id)
    await expect(task.finished).rejects.toBeInstanceOf(CancelledError)
    expect(task.actor).toBeUndefined()
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('aborted by its signal -> cancelled', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const abort = new AbortController()
    const task = await dock.downloads.startDownload(url, { signal: abort.signal })
    await stalled
    abort.abort()
    await expect(task.finished).rejects.toBeInstanceOf(CancelledError)
  })

  it('failed and dismissed -> gone, with its bytes', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, dropAfter(100_000), always(status(404)))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    await dock.downloads.dismissDownload(task.id)
    expect(dock.downloads.getTask(task.id)).toBeUndefined()
    expect(await stage.host.bundles.list()).toEqual([])
    await expect(dock.downloads.pauseDownload(task.id)).rejects.toBeInstanceOf(TaskNotFoundError)
  })

  it('settled and dismissed -> forgotten, the plugin stays', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    const task = await dock.downloads.startDownload(url)
    await task.finished
    await dock.downloads.dismissSettled()
    expect(dock.downloads.getTasks()).toEqual([])
    expect(await dock.storage.getInstalledPlugins()).toHaveLength(1)
  })

  it('1,000 times paused and resumed at random -> right bytes, none twice', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish({ size: 2_000_000 })
    const task = await dock.downloads.startDownload(url)
    for (let round = 0; round < 1000; round++) {
      for (let turn = stage.clock.random() * 3; turn > 0; turn--) await Promise.resolve()
      void dock.downloads.pauseDownload(task.id)
      if (stage.clock.random() < 0.1) await stage.clock.settle()
      void dock.downloads.resumeDownload(task.id)
    }
    await stage.until(task, 'installed')
    expect(equalBytes(await readEntry(dock, 'acme.charts'), bytes)).toBe(true)
    const open = stage.origin.requests.filter((request) => request.path === path && request.outcome === 'open')
    expect(open).toEqual([])
  }, 30_000)
})

describe('what a download shows', () => {
  it('while it moves -> bytes, speed, then time left; never over 100 %, at most ten values a second', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 100_000 } })
    const { url } = await stage.publish({ size: 500_000 })
    const task = await dock.downloads.startDownload(url)
    const values: (DownloadProgress & { at: number })[] = []
    dock.downloads.watchProgress(task.id).subscribe((value) => values.push({ ...value, at: stage.clock.monotonic() }))
    await stage.until(task, 'installed')
    const moving = values.filter((value) => value.state === 'downloading')
    expect(values.every((value) => value.bytesDownloaded <= (value.totalBytes ?? Number.POSITIVE_INFINITY))).toBe(true)
    expect(values.every((value, at) => value.bytesDownloaded >= (values[at - 1]?.bytesDownloaded ?? 0))).toBe(true)
    const late = moving.at(-2)
    expect(late?.speedBytesPerSecond).toBeGreaterThan(80_000)
    expect(late?.speedBytesPerSecond).toBeLessThan(120_000)
    expect(late?.estimatedTimeRemaining).toBeGreaterThan(0)
    expect(
      values.filter((value) => value.estimatedTimeRemaining !== undefined && value.speedBytesPerSecond === 0),
    ).toEqual([])
    const seconds = stage.clock.monotonic() / 1000
    expect(moving.length).toBeLessThanOrEqual(10 * seconds + 2)
    expect(values.at(-1)?.state).toBe('installed')
  })

  it('settled -> watchProgress gives the last value and completes; failed -> it does not complete', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const good = await stage.publish({ id: 'good' })
    const bad = await stage.publish({ id: 'bad' })
    stage.origin.script(bad.path, always(status(404)))
    const [first, second] = [await dock.downloads.startDownload(good.url), await dock.downloads.startDownload(bad.url)]
    const completed: string[] = []
    dock.downloads.watchProgress(first.id).subscribe({ complete: () => completed.push('good') })
    dock.downloads.watchProgress(second.id).subscribe({ complete: () => completed.push('bad') })
    await stage.until(first, 'installed')
    await stage.until(second, 'failed')
    await stage.clock.settle()
    expect(completed).toEqual(['good'])
    expect(second.progress.failure).toMatchObject({ code: 'http-status', status: 404, retryable: false })
  })

  it('an unknown task -> watchProgress completes without a value', () => {
    return createStage()
      .open()
      .then((dock) => {
        const heard: string[] = []
        dock.downloads
          .watchProgress('nobody')
          .subscribe({ next: () => heard.push('value'), complete: () => heard.push('end') })
        expect(heard).toEqual(['end'])
      })
  })

  it('notifications -> installed and failed are told once each', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const heard: string[] = []
    dock.notifications.subscribe(({ type, pluginId }) => heard.push(`${type} ${pluginId}`))
    const good = await stage.publish({ id: 'good' })
    const bad = await stage.publish({ id: 'bad' })
    stage.origin.script(bad.path, always(status(404)))
    await (await dock.downloads.startDownload(good.url)).finished
    await expect((await dock.downloads.startDownload(bad.url)).finished).rejects.toThrow('404')
    expect(heard).toEqual(['installed good', 'failed bad'])
  })
})

describe('what cannot work', () => {
  it('no URL -> rejects before a task is made', async () => {
    const dock = await createStage().open()
    await expect(dock.downloads.startDownload('not a url')).rejects.toBeInstanceOf(ManifestError)
    expect(dock.downloads.getTasks()).toEqual([])
  })

  it('a relative address, and no page that it could be relative to -> rejects before a task is made', async () => {
    const dock = await createStage().open()
    await expect(dock.downloads.startDownload('/charts/manifest.json')).rejects.toBeInstanceOf(ManifestError)
  })

  it.each([
    'http://example.com/manifest.json',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://me:pw@example.com/m',
  ])('%s -> untrusted-origin', async (url) => {
    const dock = await createStage().open()
    await expect(dock.downloads.startDownload(url)).rejects.toMatchObject({ code: 'untrusted-origin' })
  })

  it.each([
    ['404', status(404), 'http-status'],
    ['no JSON', status(200, { body: '{"manifestVersion": 1', contentType: 'application/json' }), 'manifest'],
    ['another shape', status(200, { body: '{"manifestVersion": 2}', contentType: 'application/json' }), 'manifest'],
  ])('the manifest is %s -> failed with one clear message', async (_, fault, code) => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    stage.origin.script('/acme.charts/manifest.json', always(fault))
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code })
    expect(task.progress.failure?.message).toMatch(/.{20}/)
  })

  it('after close -> every call rejects with closed, and what waited is told', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.close()
    await dock.close()
    await expect(task.finished).rejects.toMatchObject({ code: 'closed' })
    await expect(dock.downloads.startDownload(url)).rejects.toMatchObject({ code: 'closed' })
    await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'closed' })
    await expect(dock.storage.getInstalledPlugins()).rejects.toMatchObject({ code: 'closed' })
    expect(stage.clock.pendingTimers).toBe(0)
    await passTimeUntil(stage.clock, () => true, 'nothing')
  })
})
