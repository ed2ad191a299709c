import { describe, expect, it } from 'vitest'
import type { DownloadTask } from '../../../src/dock/types.js'
import { always, type ScriptedRequest, seededBytes, stall, status } from '../../../src/testing/index.js'
import { createStage, passTimeUntil, readEntry, type Stage } from './stage.js'
import { createStorageGate, writesInstalled } from './storageGate.js'

/** The largest number of bundle requests that were open at once. */
function watchConcurrency(stage: Stage): { readonly most: number } {
  let most = 0
  const isOpen = (request: ScriptedRequest): boolean => request.outcome === 'open' && request.path.endsWith('.bin')
  const look = (): void => {
    most = Math.max(most, stage.origin.requests.filter(isOpen).length)
    void stage.origin.next('request').then(look)
  }
  void stage.origin.next('request').then(look)
  return {
    get most() {
      return most
    },
  }
}

describe('many downloads', () => {
  it('ten at once, three may run -> never more, and the highest priority first', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 3 })
    const concurrency = watchConcurrency(stage)
    const plugins = await Promise.all(
      Array.from({ length: 10 }, (_, at) => stage.publish({ id: `plugin-${at}`, size: 70_000 })),
    )
    const order: string[] = []
    dock.notifications.subscribe(({ pluginId }) => order.push(pluginId ?? ''))
    stage.origin.limitBytesPerSecond = 100_000
    for (const [at, { manifest, url }] of plugins.entries()) {
      await dock.downloads.startDownload(manifest, { baseUrl: url, priority: at === 9 ? 5 : 0 })
    }
    await passTimeUntil(stage.clock, () => order.length === 10, 'all ten to be installed')
    expect(concurrency.most).toBe(3)
    expect(order.indexOf('plugin-9')).toBeLessThan(4)
    expect(new Set(order).size).toBe(10)
  })

  it('waiting for a turn -> says why, and how many are ahead; a higher priority goes first', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 1 })
    const plugins = await Promise.all(['a', 'b', 'c'].map((id) => stage.publish({ id })))
    stage.origin.script(plugins[0]?.path ?? '', stall(10))
    const tasks: DownloadTask[] = []
    for (const { manifest, url } of plugins) tasks.push(await dock.downloads.startDownload(manifest, { baseUrl: url }))
    const [a, b, c] = tasks
    expect(b?.progress.waitingFor).toMatchObject({ code: 'slot', position: 1 })
    expect(c?.progress.waitingFor).toMatchObject({ code: 'slot', position: 2 })
    await dock.downloads.reprioritize(c?.id ?? '', 1)
    expect(c?.progress.waitingFor).toMatchObject({ position: 1 })
    await dock.downloads.pauseDownload(a?.id ?? '')
    await c?.finished
    expect(a?.progress.state).toBe('paused')
  })

  it('the commit of one takes long -> the next one moves meanwhile; the one after it waits for the disk', async () => {
    const gate = createStorageGate()
    const stage = createStage({ faults: gate.faults })
    const dock = await stage.open({ maxConcurrentDownloads: 1 })
    const plugins = await Promise.all(['a', 'b', 'c'].map((id) => stage.publish({ id })))
    const held = gate.hold(writesInstalled)
    const tasks: DownloadTask[] = []
    for (const { manifest, url } of plugins) tasks.push(await dock.downloads.startDownload(manifest, { baseUrl: url }))
    await held.reached
    await new Promise<void>((resolve) => {
      const next = tasks[1]?.id ?? ''
      dock.downloads.watchProgress(next).subscribe(({ state }) => state === 'installing' && resolve())
    })
    expect(tasks[0]?.progress.state).toBe('installing')
    expect(tasks[2]?.progress).toMatchObject({ state: 'queued', waitingFor: { code: 'slot' }, bytesTransferred: 0 })
    held.release()
    await Promise.all(tasks.map((task) => task.finished))
  })

  it('one origin takes so many connections and no more -> the others wait for it, those of another origin do not', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 5, maxConnectionsPerOrigin: 1 })
    const plugins = await Promise.all(['a', 'b'].map((id) => stage.publish({ id })))
    stage.origin.script(plugins[0]?.path ?? '', stall(10))
    const [a, b] = plugins
    if (!a || !b) throw new Error('two were published')
    const first = await dock.downloads.startDownload(a.manifest, { baseUrl: a.url })
    const second = await dock.downloads.startDownload(b.manifest, { baseUrl: b.url })
    expect(second.progress.waitingFor).toMatchObject({ code: 'origin-slot', host: 'origin.test' })
    await dock.downloads.cancelDownload(first.id)
    await second.finished
  })

  it('another version of the same plugin -> waits for the first', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const old = await stage.publish({ version: '1.0.0' })
    stage.origin.script(old.path, stall(10))
    const first = await dock.downloads.startDownload(old.manifest, { baseUrl: old.url })
    const next = await stage.publish({ version: '2.0.0' })
    const second = await dock.downloads.startDownload(next.manifest, { baseUrl: next.url })
    expect(second.progress).toMatchObject({ state: 'queued', waitingFor: { code: 'same-plugin' } })
    await dock.downloads.pauseDownload(first.id)
    expect(second.progress.state).toBe('queued')
    await dock.downloads.resumeDownload(first.id)
    await second.finished
    expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ version: '2.0.0' }])
  })

  it('1,000 queued -> all finish, three at a time', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const concurrency = watchConcurrency(stage)
    const plugins = await Promise.all(
      Array.from({ length: 1000 }, (_, at) => stage.publish({ id: `p${at}`, size: 500 })),
    )
    const tasks = await Promise.all(
      plugins.map(({ manifest, url }) => dock.downloads.startDownload(manifest, { baseUrl: url })),
    )
    await Promise.all(tasks.map((task) => task.finished))
    expect(concurrency.most).toBeLessThanOrEqual(3)
    expect(await dock.storage.getInstalledPlugins()).toHaveLength(1000)
    expect(dock.downloads.getTasks()).toHaveLength(100)
  }, 30_000)

  it('pauseAll and resumeAll -> all of them', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const plugins = await Promise.all(['a', 'b', 'c', 'd'].map((id) => stage.publish({ id })))
    const tasks = await Promise.all(
      plugins.map(({ manifest, url }) => dock.downloads.startDownload(manifest, { baseUrl: url })),
    )
    await dock.downloads.pauseAll()
    expect(tasks.map((task) => task.progress.state)).toEqual(['paused', 'paused', 'paused', 'paused'])
    await dock.downloads.resumeAll()
    await Promise.all(tasks.map((task) => task.finished))
  })

  it('pauseAll while others wait for a turn -> nobody is given the turn of who stops: nothing more is asked for', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 2 })
    const plugins = await Promise.all(Array.from({ length: 6 }, (_, at) => stage.publish({ id: `plugin-${at}` })))
    for (const { path } of plugins) stage.origin.script(path, always(stall(10)))
    const tasks = await Promise.all(
      plugins.map(({ manifest, url }) => dock.downloads.startDownload(manifest, { baseUrl: url })),
    )
    await stage.clock.settle()
    const asked = stage.origin.requests.length
    expect(asked).toBe(2)
    const told = new Map(tasks.map(({ id }) => [id, new Set<string>()]))
    const looks = tasks.map(({ id }) =>
      dock.downloads.watchProgress(id).subscribe(({ state }) => told.get(id)?.add(state)),
    )
    for (const states of told.values()) states.clear()
    await dock.downloads.pauseAll()
    await stage.clock.settle()
    for (const look of looks) look.unsubscribe()
    for (const states of told.values()) expect([...states]).toEqual(['paused'])
    expect(stage.origin.requests).toHaveLength(asked)
  })
})

describe('a restart', () => {
  it('killed while downloading -> goes on by itself, and fetches only what is missing', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, stall(200_000))
    const stalled = stage.origin.next('stall', path)
    const before = await dock.downloads.startDownload(url)
    await stalled
    const isWritten = (): boolean => before.progress.bytesDownloaded === 3 * 65_536
    await passTimeUntil(stage.clock, isWritten, 'three chunks to be written')
    stage.host.crash()
    const again = await stage.open()
    const [task] = again.downloads.getTasks()
    await task?.finished
    expect(Buffer.from(await readEntry(again, 'acme.charts')).equals(Buffer.from(bytes))).toBe(true)
    expect(stage.origin.bytesSent(path)).toBeLessThanOrEqual(300_000 + 65_536 + 200_000 - 3 * 65_536)
  })

  it('killed in the middle of a bundle without chunks -> goes on behind the same validator', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish({ chunkLengths: 'none' })
    stage.origin.script(path, stall(200_000))
    const stalled = stage.origin.next('stall', path)
    const before = await dock.downloads.startDownload(url)
    await stalled
    await passTimeUntil(stage.clock, () => before.progress.bytesDownloaded > 0, 'bytes to be written')
    stage.host.crash()
    const again = await stage.open()
    const isThere = (): boolean => again.downloads.getTask(before.id)?.progress.state === 'installed'
    await passTimeUntil(stage.clock, isThere, 'it to be installed')
    const { range, 'if-range': ifRange } = stage.origin.requests.at(-1)?.headers ?? {}
    expect(Number(/\d+/.exec(range ?? '')?.[0])).toBeGreaterThan(0)
    expect(ifRange).toMatch(/^".+"$/)
  })

  it('killed while some wait -> they go before what is asked for after it', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 1 })
    const plugins = await Promise.all(['a', 'b', 'c', 'd'].map((id) => stage.publish({ id, size: 1000 })))
    stage.origin.script('/a/a-1.0.0.bin', always(stall(10)))
    for (const { manifest, url } of plugins.slice(0, 3)) await dock.downloads.startDownload(manifest, { baseUrl: url })
    stage.host.crash()
    const again = await stage.open({ maxConcurrentDownloads: 1 })
    const order: (string | undefined)[] = []
    again.notifications.subscribe(({ pluginId }) => order.push(pluginId))
    for (const { manifest, url } of plugins.slice(3)) await again.downloads.startDownload(manifest, { baseUrl: url })
    stage.origin.unscript()
    stage.origin.cut('/a/a-1.0.0.bin')
    await passTimeUntil(stage.clock, () => order.length === 4, 'all to be installed')
    // the first backs off while the others have their turns
    expect(order.filter((id) => id !== 'a')).toEqual(['b', 'c', 'd'])
  })

  it('killed on a slow line -> shows at once about what it showed before', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 20_000 } })
    const { url } = await stage.publish()
    const before = await dock.downloads.startDownload(url)
    const isHalfWay = (): boolean => before.progress.bytesDownloaded >= 2 * 65_536
    await passTimeUntil(stage.clock, isHalfWay, 'two chunks to be written')
    await stage.clock.advance(2500)
    stage.host.crash()
    const again = await stage.open({ holdRestored: true })
    expect(again.downloads.getTask(before.id)?.progress.bytesDownloaded).toBeGreaterThanOrEqual(2 * 65_536)
  })

  it('closed while paused -> still paused, at the same place', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(200_000))
    const stalled = stage.origin.next('stall', path)
    const before = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(before.id)
    await dock.close()
    const again = await stage.open()
    const task = again.downloads.getTask(before.id)
    expect(task?.progress).toMatchObject({ state: 'paused', bytesDownloaded: 196_608, totalBytes: 300_000 })
    await again.downloads.resumeDownload(before.id)
    await task?.finished
  })

  it('closed after a failure -> still failed, with its reason; a retry installs', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, status(404))
    const before = await dock.downloads.startDownload(url)
    await stage.until(before, 'failed')
    await dock.close()
    const again = await stage.open()
    const task = again.downloads.getTask(before.id)
    expect(task?.progress).toMatchObject({ state: 'failed', failure: { code: 'http-status', status: 404 } })
    await expect(task?.finished).rejects.toMatchObject({ code: 'http-status' })
    await again.downloads.retryDownload(before.id)
    await task?.finished
  })

  it('settled tasks -> are listed again, and their plugins load', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    await (await dock.downloads.startDownload(url)).finished
    await dock.close()
    const again = await stage.open()
    expect(again.downloads.getTasks().map((task) => task.progress.state)).toEqual(['installed'])
    expect(await readEntry(again, 'acme.charts')).toHaveLength(300_000)
  })

  it('what no record names -> is removed; files of others stay', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    await (await dock.downloads.startDownload(url)).finished
    await dock.close()
    const store = await stage.host.open()
    await (await store.bundles.openPartial('orphan')).close()
    stage.host.bundles.addForeign('notes.txt', 10)
    await store.close()
    await stage.open()
    expect((await stage.host.bundles.list()).map(({ kind }) => kind).sort()).toEqual(['bundle', 'unknown'])
  })

  it('a record of a newer release -> nothing is removed, nothing is wiped', async () => {
    const stage = createStage()
    const dock = await stage.open()
    await dock.close()
    const store = await stage.host.open()
    const epoch = await store.records.claimEpoch()
    await store.records.commit([{ key: 'installed/of.the.future', value: { v: 2, where: 'orphan' } }], { epoch })
    await (await store.bundles.openPartial('orphan')).close()
    await store.close()
    const dockAgain = await stage.open()
    await expect(dockAgain.plugins.load('of.the.future')).rejects.toMatchObject({ code: 'unsupported' })
    const { url } = await stage.publish({ id: 'of.the.future' })
    const task = await dockAgain.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'unsupported' })
    await dockAgain.close()
    const after = await stage.host.open()
    expect(await after.records.get('installed/of.the.future')).toMatchObject({ v: 2 })
    expect(await after.bundles.list()).toHaveLength(1)
    await after.close()
  })

  it.each([65_536, 'none'] as const)(
    'the file changed on the server meanwhile, under the same ETag (chunks: %s) -> integrity, never a splice',
    async (chunkLengths) => {
      const stage = createStage()
      const dock = await stage.open()
      const { url, path, bytes } = await stage.publish({ chunkLengths })
      const etag = '"the same"'
      stage.origin.put(path, { bytes, etag })
      stage.origin.script(path, stall(200_000))
      const stalled = stage.origin.next('stall', path)
      await dock.downloads.startDownload(url)
      await stalled
      stage.host.crash()
      stage.origin.put(path, { bytes: seededBytes(bytes.length, 'another'), etag })
      const again = await stage.open()
      const [task] = again.downloads.getTasks()
      await expect(task?.finished).rejects.toMatchObject({ code: 'integrity' })
      expect(await again.storage.getInstalledPlugins()).toEqual([])
      stage.origin.put(path, { bytes, etag })
      await (await again.downloads.startDownload(url)).finished
      expect(Buffer.from(await readEntry(again, 'acme.charts')).equals(Buffer.from(bytes))).toBe(true)
    },
  )

  it('a limit so low that a piece takes longer than the stall limit -> slow, and no stall', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 500 }, timeouts: { stallMs: 5000 } })
    const { url } = await stage.publish({ size: 40_000 })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(task.progress).toMatchObject({ attempt: 1, bytesTransferred: 40_000 })
  })

  it('a second dock on the same stores -> locked', async () => {
    const stage = createStage()
    await stage.open()
    await expect(stage.open()).rejects.toMatchObject({ code: 'locked' })
  })

  it('failed for good, server now right -> the manifest is read anew', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const wrong = await stage.publish({ seed: 1 })
    stage.origin.put(wrong.path, new Uint8Array(300_000))
    const task = await dock.downloads.startDownload(wrong.url)
    await stage.until(task, 'failed')
    const right = await stage.publish({ seed: 2 })
    const again = await dock.downloads.startDownload(right.url)
    expect(again.id).toBe(task.id)
    await again.finished
    expect((await stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle'])
  })
})
