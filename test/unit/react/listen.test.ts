import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { listen } from '../../../src/react/live/listen.js'
import { speechOf } from '../../../src/react/live/speech.js'
import type { Teller } from '../../../src/react/live/teller.js'
import { createStage } from '../dock/stage.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

class HeardTeller implements Teller {
  readonly heard: (readonly DownloadProgress[])[] = []
  readonly said: string[] = []
  hear(all: readonly DownloadProgress[]): void {
    this.heard.push(all)
  }
  say(text: string): void {
    this.said.push(text)
  }
  stop(): void {}
}

test('what tells cannot be fetched -> it is asked for again, and tells what happened meanwhile', async () => {
  const dock = await createStage().open()
  const teller = new HeardTeller()
  const fetchTeller = vi
    .fn<() => Promise<Teller>>()
    .mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'))
    .mockResolvedValue(teller)
  const end = listen(dock, fetchTeller)
  await dock.storage.getInstalledPlugins()
  speechOf(dock).next('Freed 3 MB.')
  expect(fetchTeller).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(fetchTeller).toHaveBeenCalledTimes(2)
  expect(teller.said).toEqual(['Freed 3 MB.'])
  expect(teller.heard[0]).toEqual([])
  end()
})

test('nobody listens any more -> it is not asked for again', async () => {
  const dock = await createStage().open()
  const fetchTeller = vi.fn<() => Promise<Teller>>().mockRejectedValue(new TypeError('Failed to fetch'))
  const end = listen(dock, fetchTeller)
  await dock.storage.getInstalledPlugins()
  end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(fetchTeller).toHaveBeenCalledOnce()
})
