import { getEventListeners } from 'node:events'
import { afterEach, expect, it, vi } from 'vitest'
import { dropAfter } from '../../../src/testing/index.js'
import { createStage, isInstalled } from './stage.js'

afterEach(() => void vi.unstubAllGlobals())

// what listens to a signal lives as long as that: the dock's live as long as the dock, and Node keeps those made of others
it.each([65_536, 'none'] as const)(
  'estimated, cut, installed and repaired, chunks %s -> nobody listens any more who did not before',
  async (chunkLengths) => {
    const signals = watchSignals()
    const heard = () => signals().flatMap((signal) => (signal.aborted ? [] : getEventListeners(signal, 'abort'))).length
    const stage = createStage()
    const dock = await stage.open()
    await useOne('acme.charts')
    const before = { heard: heard(), signals: signals().length }
    await useOne('acme.maps')
    expect(heard()).toBe(before.heard)
    expect(signals().length).toBeGreaterThan(before.signals + 5)
    await dock.close()
    expect(signals().flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([])

    async function useOne(id: string): Promise<void> {
      const { url, path, bytes } = await stage.publish({ id, chunkLengths })
      stage.origin.script(path, dropAfter(100_000))
      await dock.downloads.estimate(url)
      const task = await dock.downloads.startDownload(url)
      await stage.until(task, 'installed')
      const { address } = await task.finished
      stage.host.bundles.bytesOf('bundle', address)?.fill(0, 70_000, 70_010)
      expect(await isInstalled(dock, id, bytes)).toBe(true)
    }
  },
)

/** All that are made from now on, by controllers or of others. */
function watchSignals(): () => AbortSignal[] {
  const controlled: AbortSignal[] = []
  const combined = vi.spyOn(AbortSignal, 'any')
  vi.stubGlobal(
    'AbortController',
    class extends AbortController {
      constructor() {
        super()
        controlled.push(this.signal)
      }
    },
  )
  return () => [...controlled, ...combined.mock.results.map(({ value }) => value)]
}
