import { getEventListeners } from 'node:events'
import { expect, it, vi } from 'vitest'
import { dropAfter } from '../../../src/testing/index.js'
import { createStage, isInstalled } from './stage.js'

// Node keeps a signal that was made of others for as long as somebody listens to it
it.each([65_536, 'none'] as const)(
  'estimated, cut, installed and repaired, chunks %s -> nobody listens any more',
  async (chunkLengths) => {
    const made = vi.spyOn(AbortSignal, 'any')
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish({ chunkLengths })
    stage.origin.script(path, dropAfter(100_000))
    await dock.downloads.estimate(url)
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    const { address } = await task.finished
    stage.host.bundles.bytesOf('bundle', address)?.fill(0, 70_000, 70_010)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
    const signals = made.mock.results.map(({ value }) => value)
    expect(signals.length).toBeGreaterThan(5)
    expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([])
  },
)
