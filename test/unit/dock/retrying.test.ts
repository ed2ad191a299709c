import { describe, expect, it } from 'vitest'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { always, dropAfter, stall, status } from '../../../src/testing/index.js'
import { createStage, type Stage } from './stage.js'

const MANIFEST = '/acme.charts/manifest.json'

/** Fails with most of its bytes there, and is tried again while the manifest does not come. */
async function retryHalfWay(stage: Stage, dock: PluginDock): Promise<{ task: DownloadTask; path: string }> {
  const { url, path } = await stage.publish()
  stage.origin.script(path, dropAfter(200_000), status(404))
  const task = await dock.downloads.startDownload(url)
  await stage.until(task, 'failed')
  stage.origin.script(MANIFEST, always(stall(10)))
  const stalled = stage.origin.next('stall', MANIFEST)
  await dock.downloads.retryDownload(task.id)
  await stalled
  return { task, path }
}

describe('a retry that reads the manifest anew', () => {
  it('killed meanwhile -> the verified bytes are kept', async () => {
    const stage = createStage()
    const { task, path } = await retryHalfWay(stage, await stage.open())
    await stage.clock.settle()
    stage.host.crash()
    stage.origin.unscript()
    const again = await stage.open()
    await again.downloads.getTask(task.id)?.finished
    expect(stage.origin.bytesSent(path)).toBeLessThanOrEqual(300_000 + 65_536)
  })

  it('paused meanwhile -> reads it when it is resumed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { task } = await retryHalfWay(stage, dock)
    await dock.downloads.pauseDownload(task.id)
    stage.origin.unscript()
    stage.origin.forgetRequests()
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(stage.origin.requests.map(({ path }) => path)).toContain(MANIFEST)
  })

  it('cancelled meanwhile -> its bytes are removed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { task } = await retryHalfWay(stage, dock)
    await dock.downloads.cancelDownload(task.id)
    expect(await stage.host.bundles.list()).toEqual([])
  })
})

it('chunks and integrity disagree, and it is tried again -> refused again', async () => {
  const stage = createStage({ digester: createNodeDigester() })
  const dock = await stage.open()
  const { manifest, url } = await stage.publish()
  const lie = { ...manifest, bundle: { ...manifest.bundle, integrity: `sha256-${'A'.repeat(43)}=` } }
  const task = await dock.downloads.startDownload(lie, { baseUrl: url })
  await expect(task.finished).rejects.toMatchObject({ code: 'manifest' })
  await dock.downloads.retryDownload(task.id)
  await expect(task.finished).rejects.toMatchObject({ code: 'manifest' })
  expect(await dock.storage.getInstalledPlugins()).toEqual([])
})

it('failed for good, then tried again by hand -> as many attempts as the first time', async () => {
  const stage = createStage()
  const dock = await stage.open({ retry: { maxAttempts: 3 } })
  const { url, path } = await stage.publish()
  stage.origin.script(path, always(status(503)))
  const task = await dock.downloads.startDownload(url)
  await stage.until(task, 'failed')
  stage.origin.forgetRequests()
  await dock.downloads.retryDownload(task.id)
  await stage.until(task, 'failed')
  expect(stage.origin.requests.filter((request) => request.path === path)).toHaveLength(3)
})

describe('a server asked to wait', () => {
  const RETRY = { retry: { jitter: 'none' } } as const

  /** Waits in `retrying` for 600 s. */
  async function askToWait(stage: Stage, where: 'the bundle' | 'the manifest' = 'the bundle') {
    const dock = await stage.open(RETRY)
    const { url, path } = await stage.publish()
    stage.origin.script(where === 'the bundle' ? path : MANIFEST, status(503, { retryAfter: '600' }))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    await stage.clock.settle()
    stage.origin.forgetRequests()
    return { dock, task, url, startedAt: stage.clock.now() }
  }

  it.each(['the bundle', 'the manifest'] as const)(
    'for %s, and the process dies -> the next one waits for the rest, and no longer',
    async (where) => {
      const stage = createStage()
      const { task, startedAt } = await askToWait(stage, where)
      await stage.clock.advance(400_000)
      stage.host.crash()
      const again = await stage.open(RETRY)
      const restored = again.downloads.getTask(task.id)
      expect(restored?.progress).toMatchObject({
        state: 'retrying',
        attempt: 2,
        waitingFor: { code: 'server-busy', until: startedAt + 600_000 },
      })
      await stage.clock.advance(199_000)
      expect(stage.origin.requests).toEqual([])
      await stage.clock.advance(1000)
      await restored?.finished
      expect(stage.clock.now() - startedAt).toBe(600_000)
    },
  )

  it('two restarts -> the same moment', async () => {
    const stage = createStage()
    const { task } = await askToWait(stage)
    for (const elapsedMs of [300_000, 200_000]) {
      await stage.clock.advance(elapsedMs)
      stage.host.crash()
      await stage.open(RETRY)
    }
    stage.host.crash()
    const last = await stage.open(RETRY)
    await stage.clock.advance(99_000)
    expect(stage.origin.requests).toEqual([])
    await stage.clock.advance(1000)
    await last.downloads.getTask(task.id)?.finished
  })

  it('the time is over when the next process starts -> it goes on at once', async () => {
    const stage = createStage()
    const { dock, task } = await askToWait(stage)
    await dock.close()
    await stage.clock.advance(700_000)
    const again = await stage.open(RETRY)
    await stage.clock.advance(0)
    await again.downloads.getTask(task.id)?.finished
  })

  it('the clock was set back by a day meanwhile -> no longer than it was asked for', async () => {
    const stage = createStage()
    const { dock, task } = await askToWait(stage)
    await dock.close()
    stage.clock.setNow(stage.clock.now() - 86_400_000)
    const again = await stage.open(RETRY)
    const restored = again.downloads.getTask(task.id)
    expect(restored?.progress.waitingFor?.until).toBe(stage.clock.now() + 600_000)
    await stage.clock.advance(599_000)
    expect(stage.origin.requests).toEqual([])
    await stage.clock.advance(1000)
    await restored?.finished
  })

  it('restored paused, as the command line does it, then asked for again -> waits for the rest', async () => {
    const stage = createStage()
    const { dock, task, url } = await askToWait(stage)
    await dock.close()
    const again = await stage.open({ ...RETRY, holdRestored: true })
    expect(again.downloads.getTask(task.id)?.progress.state).toBe('paused')
    const same = await again.downloads.startDownload(url)
    expect(same.progress).toMatchObject({ state: 'retrying', waitingFor: { code: 'server-busy' } })
    await stage.clock.advance(599_000)
    expect(stage.origin.requests).toEqual([])
    await stage.clock.advance(1000)
    await same.finished
  })

  it('asked for again after the clock was set forward -> waits for the rest all the same', async () => {
    const stage = createStage()
    const { dock, task, url } = await askToWait(stage)
    stage.clock.setNow(stage.clock.now() + 86_400_000)
    await dock.downloads.startDownload(url)
    await stage.clock.advance(599_000)
    expect(stage.origin.requests).toEqual([])
    await stage.clock.advance(1000)
    await task.finished
  })

  it('paused and resumed -> waits for the rest; resumed once more -> goes at once', async () => {
    const stage = createStage()
    const { dock, task } = await askToWait(stage)
    await dock.downloads.pauseDownload(task.id)
    await stage.clock.advance(100_000)
    await dock.downloads.resumeDownload(task.id)
    expect(task.progress).toMatchObject({ state: 'retrying', waitingFor: { code: 'server-busy' } })
    expect(stage.origin.requests).toEqual([])
    await dock.downloads.resumeDownload(task.id)
    await task.finished
  })

  describe('for a download that nobody waits for', () => {
    /** Spread behind the minute that was asked for; `untilMs` after that. */
    async function askAutomatic(stage: Stage) {
      const dock = await stage.open()
      const { url, path } = await stage.publish()
      stage.origin.script(path, status(503, { retryAfter: '60' }))
      const task = await dock.downloads.startDownload(url, { initiator: 'automatic' })
      await stage.until(task, 'retrying')
      await stage.clock.settle()
      stage.origin.forgetRequests()
      const dueAt = stage.clock.now() + 60_000
      const spreadUntil = task.progress.waitingFor?.until ?? 0
      expect(spreadUntil).toBeGreaterThan(dueAt + 60_000)
      return { dock, task, url, dueAt, spreadUntil }
    }

    it('and a person asks for it -> waits for what the server asked, and no longer', async () => {
      const stage = createStage()
      const { dock, task, url, dueAt } = await askAutomatic(stage)
      await dock.downloads.startDownload(url)
      expect(task.progress).toMatchObject({ state: 'retrying', waitingFor: { code: 'server-busy', until: dueAt } })
      await stage.clock.advance(59_000)
      expect(stage.origin.requests).toEqual([])
      await stage.clock.advance(1000)
      await task.finished
    })

    it('and a person asks for it when that is over -> goes at once', async () => {
      const stage = createStage()
      const { dock, task, url } = await askAutomatic(stage)
      await stage.clock.advance(61_000)
      expect(stage.origin.requests).toEqual([])
      await dock.downloads.startDownload(url)
      await stage.clock.advance(0)
      await task.finished
    })

    it('and a person asks for it after a restart -> waits for what the server asked, and no longer', async () => {
      const stage = createStage()
      const { task, url, dueAt } = await askAutomatic(stage)
      stage.host.crash()
      const again = await stage.open()
      const same = await again.downloads.startDownload(url)
      expect(same.id).toBe(task.id)
      expect(same.progress.waitingFor).toMatchObject({ code: 'server-busy', until: dueAt })
      await stage.clock.advance(dueAt - stage.clock.now())
      await same.finished
    })

    it('and nobody ever does -> it comes by itself, at the moment that it showed', async () => {
      const stage = createStage()
      const { dock, task, url, spreadUntil } = await askAutomatic(stage)
      await dock.downloads.startDownload(url, { initiator: 'automatic' })
      expect(task.progress.waitingFor?.until).toBe(spreadUntil)
      await stage.clock.advance(spreadUntil - stage.clock.now())
      await task.finished
    })
  })

  it('nobody asked: a back-off of our own -> a restart ends it', async () => {
    const stage = createStage()
    const dock = await stage.open(RETRY)
    const { url, path } = await stage.publish()
    stage.origin.script(path, status(503))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    await dock.close()
    const again = await stage.open(RETRY)
    await again.downloads.getTask(task.id)?.finished
  })
})
