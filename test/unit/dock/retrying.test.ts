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
