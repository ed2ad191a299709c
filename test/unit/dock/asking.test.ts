import { describe, expect, it } from 'vitest'
import { always, stall, status } from '../../../src/testing/index.js'
import { createStage } from './stage.js'

describe('a bundle that a download was once to bring', () => {
  it.each([false, true])(
    'its manifest named another one at the retry (dismissed: %s) -> another task',
    async (dismissed) => {
      const stage = createStage()
      const dock = await stage.open()
      const old = await stage.publish({ seed: 1 })
      stage.origin.script(old.path, status(404))
      const task = await dock.downloads.startDownload(old.url)
      await stage.until(task, 'failed')
      await stage.publish({ version: '2.0.0' })
      await dock.downloads.retryDownload(task.id)
      expect(await task.finished).toMatchObject({ version: '2.0.0' })
      if (dismissed) await dock.downloads.dismissSettled()
      const again = await dock.downloads.startDownload(old.manifest, { baseUrl: old.url })
      expect(again.id).not.toBe(task.id)
      expect(await again.finished).toMatchObject({ version: '1.0.0' })
    },
  )
})

describe('a manifest given as an object', () => {
  it('a broken one of the same plugin, version and bundle -> fails by itself, the first goes on', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url, path } = await stage.publish()
    stage.origin.script(path, stall(10))
    const stalled = stage.origin.next('stall', path)
    const first = await dock.downloads.startDownload(manifest, { baseUrl: url })
    await stalled
    const { integrity } = manifest.bundle
    const broken = { ...manifest, bundle: { integrity } } as unknown as typeof manifest // what is missing is the case
    const second = await dock.downloads.startDownload(broken, { baseUrl: url })
    await expect(second.finished).rejects.toMatchObject({ code: 'manifest' })
    await dock.downloads.pauseDownload(first.id)
    await dock.downloads.resumeDownload(first.id)
    await first.finished
  })

  it('changed by its owner after it was given -> what was given is installed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const given = structuredClone(manifest)
    const starting = dock.downloads.startDownload(given, { baseUrl: url })
    given.bundle.urls = ['elsewhere.bin']
    await (await starting).finished
  })

  it('a proxy, as frameworks make them -> installed', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    await (await dock.downloads.startDownload(new Proxy(manifest, {}), { baseUrl: url })).finished
  })

  it('no JSON -> fails with manifest', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const circle: Record<string, unknown> = { ...manifest }
    circle.self = circle
    const task = await dock.downloads.startDownload(circle as typeof manifest, { baseUrl: url })
    await expect(task.finished).rejects.toMatchObject({ code: 'manifest' })
  })

  it('expired -> fails with expired, as one from a URL does', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { manifest, url } = await stage.publish()
    const task = await dock.downloads.startDownload({ ...manifest, expires: '2020-01-01T00:00:00Z' }, { baseUrl: url })
    await expect(task.finished).rejects.toMatchObject({ code: 'expired' })
  })
})

describe('what a former run left, held back', () => {
  it('another version is asked for -> is installed, the left-over waits', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const old = await stage.publish()
    stage.origin.script(old.path, always(stall(10)))
    const stalled = stage.origin.next('stall', old.path)
    const left = await dock.downloads.startDownload(old.manifest, { baseUrl: old.url })
    await stalled
    await dock.close()
    const again = await stage.open({ holdRestored: true })
    const next = await stage.publish({ version: '2.0.0' })
    await (await again.downloads.startDownload(next.manifest, { baseUrl: next.url })).finished
    expect(again.downloads.getTask(left.id)?.progress.state).toBe('paused')
  })

  it('failed -> is not told again', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    stage.origin.script('/acme.charts/manifest.json', always(status(404)))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    await dock.close()
    const told: string[] = []
    const again = await stage.open({
      inspect: (event) => {
        if (event.type === '@xstate.event') told.push(event.event.type)
      },
    })
    expect(again.downloads.getTask(task.id)?.progress.state).toBe('failed')
    expect(told).not.toContain('fleet.reported')
  })
})
