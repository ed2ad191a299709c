import { describe, expect, it } from 'vitest'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import { stall } from '../../../src/testing/index.js'
import { createStage, readEntry, type Stage } from './stage.js'

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
  await stage.until(second, 'queued')
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
})
