import { describe, expect, it } from 'vitest'
import type { PluginDockOptions } from '../../../src/dock/types.js'
import { always, dropAfter, type Fault, status } from '../../../src/testing/index.js'
import { createStage, isInstalled, type Stage } from './stage.js'

const FRESH = '/fresh/file.bin'

type Ask = Parameters<NonNullable<PluginDockOptions['resolveUrl']>>[0]

/** An app that answers with a path of the origin, and notes what it was asked. */
function linkGiver(stage: Stage, give: (count: number) => string = () => FRESH) {
  const asked: Ask[] = []
  const resolveUrl = async (context: Ask): Promise<string> => {
    asked.push(context)
    return stage.origin.urlOf(give(asked.length))
  }
  return { asked, resolveUrl }
}

describe('a link that expires', () => {
  it.each([401, 403, 410])('%i in the middle -> a fresh one, and it goes on at the next byte', async (code) => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    stage.origin.put(FRESH, bytes)
    stage.origin.script(path, dropAfter(100_000), always(status(code)))
    const { asked, resolveUrl } = linkGiver(stage)
    const dock = await stage.open({ resolveUrl })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(asked).toEqual([
      { pluginId: 'acme.charts', version: '1.0.0', url: new URL(path, stage.origin.url), status: code },
    ])
    expect(stage.origin.bytesSent(FRESH)).toBe(200_000)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('under several connections -> asked once', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: 16 * 1024 * 1024, chunkLengths: 262_144 })
    stage.origin.put(FRESH, bytes)
    const expired = status(403)
    stage.origin.script(path, dropAfter(1_000_000), dropAfter(1_000_000), dropAfter(1_000_000), always(expired))
    const { asked, resolveUrl } = linkGiver(stage)
    const dock = await stage.open({ resolveUrl, connectionsPerDownload: 3 })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(asked).toHaveLength(1)
    expect(task.progress.bytesTransferred).toBe(bytes.length)
  })

  it('under several connections, and the app takes its time -> asked once', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: 16 * 1024 * 1024, chunkLengths: 262_144 })
    stage.origin.put(FRESH, bytes)
    const drop = dropAfter(1_000_000)
    stage.origin.script(path, drop, drop, drop, always(status(403)))
    let asked = 0
    const resolveUrl = async (): Promise<string> => {
      asked++
      // until all connections have found that the link has expired
      for (let turn = 0; turn < 50; turn++) await stage.clock.settle()
      return stage.origin.urlOf(FRESH)
    }
    const dock = await stage.open({ resolveUrl, connectionsPerDownload: 3 })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(asked).toBe(1)
  })

  it('without resolveUrl -> fails with the status, and a retry goes on', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, dropAfter(100_000), status(403))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'http-status', status: 403, retryable: false })
    await dock.downloads.retryDownload(task.id)
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(bytes.length)
  })

  it('the app has none now -> waits for a fresh link, and asks again', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    stage.origin.put(FRESH, bytes)
    stage.origin.script(path, always(status(403)))
    const { asked, resolveUrl } = linkGiver(stage, (count) => {
      if (count === 1) throw new Error('not signed in')
      return FRESH
    })
    const dock = await stage.open({ resolveUrl })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    expect(task.progress.waitingFor).toMatchObject({
      code: 'fresh-link',
      message: expect.stringMatching(/not signed in/),
    })
    await stage.until(task, 'installed')
    expect(asked).toHaveLength(2)
  })

  it('the app never answers -> waits for a fresh link after the time that a server has for its headers', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(403)))
    const dock = await stage.open({ resolveUrl: () => new Promise(() => {}) })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    expect(task.progress.waitingFor).toMatchObject({ code: 'fresh-link', message: expect.stringMatching(/30 s/) })
  })

  it('fresh ones that fail as well -> not asked for ever', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(403)))
    stage.origin.script(FRESH, always(status(403)))
    const { asked, resolveUrl } = linkGiver(stage)
    const dock = await stage.open({ resolveUrl, retry: { maxAttempts: 2 } })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    expect(task.progress.failure).toMatchObject({ code: 'http-status', status: 403 })
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('one that leads where downloads are not allowed from -> untrusted-origin', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(403)))
    const dock = await stage.open({ resolveUrl: async () => 'http://evil.example/file.bin' })
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'untrusted-origin' })
  })

  it('one that leads where the dock does not go, on a host that would -> untrusted-origin, and nobody is asked', async () => {
    const other = 'https://other.test/file.bin'
    const asked: string[] = []
    const stage = createStage({
      isAllowed: ({ href }) => {
        asked.push(href)
        return true
      },
    })
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(403)))
    const dock = await stage.open({ resolveUrl: async () => other, allowedOrigins: [stage.origin.url] })
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'untrusted-origin', url: other })
    expect(asked).not.toContain(other)
  })

  it('of a bundle without chunks -> a fresh one, and it goes on behind the same validator', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ chunkLengths: 'none' })
    stage.origin.put(path, { bytes, etag: '"one"' })
    stage.origin.put(FRESH, { bytes, etag: '"one"' })
    stage.origin.script(path, dropAfter(200_000), always(status(403)))
    const { resolveUrl } = linkGiver(stage)
    const dock = await stage.open({ resolveUrl })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(bytes.length)
  })
})

/** An app that does not answer the first `silent` times that it is asked. */
function silentApp(stage: Stage, silent = Number.POSITIVE_INFINITY) {
  let times = 0
  return {
    resolveUrl: (): Promise<string> =>
      ++times > silent ? Promise.resolve(stage.origin.urlOf(FRESH)) : new Promise(() => {}),
    async untilAsked(count: number): Promise<void> {
      while (times < count) await stage.clock.settle()
    },
  }
}

describe('an app that does not answer when it is asked for a link', () => {
  it('paused meanwhile -> the pause is heard, and after it the app is asked again', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish()
    stage.origin.put(FRESH, bytes)
    stage.origin.script(path, always(status(403)))
    const { resolveUrl, untilAsked } = silentApp(stage, 4)
    const dock = await stage.open({ resolveUrl })
    const task = await dock.downloads.startDownload(url)
    for (let pause = 1; pause <= 4; pause++) {
      await untilAsked(pause)
      await dock.downloads.pauseDownload(task.id)
      await dock.downloads.resumeDownload(task.id)
    }
    await stage.until(task, 'installed')
    expect(task.progress).toMatchObject({ attempt: 1, bytesTransferred: bytes.length })
  })

  it.each([65_536, 'none'] as const)('closed meanwhile, chunks %s -> closes', async (chunkLengths) => {
    const stage = createStage()
    const { url, path } = await stage.publish({ chunkLengths })
    stage.origin.script(path, always(status(403)))
    const { resolveUrl, untilAsked } = silentApp(stage)
    const dock = await stage.open({ resolveUrl })
    await dock.downloads.startDownload(url)
    await untilAsked(1)
    await expect(dock.close()).resolves.toBeUndefined()
  })

  it('the only connection is free meanwhile -> an installed plugin is repaired over it', async () => {
    const stage = createStage()
    const { resolveUrl, untilAsked } = silentApp(stage)
    const dock = await stage.open({ resolveUrl, maxConnectionsPerOrigin: 1 })
    const installed = await stage.publish({ id: 'acme.installed' })
    const { address } = await (await dock.downloads.startDownload(installed.url)).finished
    stage.host.bundles.bytesOf('bundle', address)?.fill(0, 70_000, 70_010)
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(403)))
    await dock.downloads.startDownload(url)
    await untilAsked(1)
    expect(await isInstalled(dock, 'acme.installed', installed.bytes)).toBe(true)
  })
})

/** Answers as it should, and notes when it was asked. */
function notedIn(times: number[], { clock }: Stage): Fault {
  return {
    name: 'noted',
    apply: ({ answer }) => {
      times.push(clock.monotonic())
      return answer
    },
  }
}

describe('100 downloads that a busy server tells to come back in 30 s', () => {
  it('-> none is early, and they do not come at one instant', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 100, maxConnectionsPerOrigin: 100 })
    const asked: number[] = []
    const tasks = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const { url, path } = await stage.publish({ id: `acme.p${index}`, size: 1000 })
        stage.origin.script(path, status(503, { retryAfter: 30 }), notedIn(asked, stage))
        return dock.downloads.startDownload(url)
      }),
    )
    for (const task of tasks) await stage.until(task, 'retrying')
    const since = stage.clock.monotonic()
    for (const task of tasks) await stage.until(task, 'installed')
    expect(asked).toHaveLength(100)
    expect(Math.min(...asked) - since).toBeGreaterThanOrEqual(30_000)
    expect(new Set(asked).size).toBeGreaterThan(50)
  })
})
