import { describe, expect, it } from 'vitest'
import type { DownloadTask } from '../../../src/dock/types.js'
import { createStage, type Stage } from './stage.js'

const SIZE = 1_000_000

/** Bytes that a task was given in so many seconds. */
async function bytesIn({ clock }: Stage, task: DownloadTask, seconds: number): Promise<number> {
  const before = task.progress.bytesTransferred
  await clock.advance(seconds * 1000)
  return task.progress.bytesTransferred - before
}

async function started(stage: Stage, task: DownloadTask): Promise<DownloadTask> {
  await stage.until(task, 'downloading')
  await stage.clock.advance(1000)
  return task
}

/** Within 3 % of what is said, and one piece. */
function expectAbout(bytes: number, wanted: number): void {
  expect(bytes).toBeGreaterThan(wanted * 0.97 - 16_384)
  expect(bytes).toBeLessThan(wanted * 1.03 + 16_384)
}

describe('a speed limit', () => {
  it('of the dock -> shared by all downloads', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 100_000 } })
    const first = await stage.publish({ id: 'acme.first', size: SIZE })
    const second = await stage.publish({ id: 'acme.second', size: SIZE })
    const one = await started(stage, await dock.downloads.startDownload(first.url))
    const two = await started(stage, await dock.downloads.startDownload(second.url))
    const before = two.progress.bytesTransferred
    const gained = await bytesIn(stage, one, 5)
    expectAbout(gained + two.progress.bytesTransferred - before, 500_000)
  })

  it('of the dock, changed while it runs -> obeyed at once, and taken away', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 50_000 } })
    const { url } = await stage.publish({ size: SIZE })
    const task = await started(stage, await dock.downloads.startDownload(url))
    expectAbout(await bytesIn(stage, task, 4), 200_000)
    await dock.policy.change({ limitBytesPerSecond: 100_000 })
    await stage.clock.advance(1000)
    expectAbout(await bytesIn(stage, task, 3), 300_000)
    await dock.policy.change({ limitBytesPerSecond: undefined })
    await stage.clock.advance(1000)
    expect(task.progress.state).toBe('installed')
  })

  it('so low that a piece takes minutes, then taken away, or raised -> whoever waits does so no longer', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 100 } })
    const first = await stage.publish({ id: 'acme.first', size: SIZE })
    const second = await stage.publish({ id: 'acme.second', size: SIZE })
    const one = await started(stage, await dock.downloads.startDownload(first.url))
    await dock.policy.change({ limitBytesPerSecond: 100_000 })
    await stage.clock.advance(1000)
    expectAbout(await bytesIn(stage, one, 4), 400_000)
    await dock.policy.change({ limitBytesPerSecond: 100 })
    const two = await started(stage, await dock.downloads.startDownload(second.url))
    await dock.policy.change({ limitBytesPerSecond: undefined })
    await stage.clock.advance(1000)
    expect([one.progress.state, two.progress.state]).toEqual(['installed', 'installed'])
  })

  it('over many answers that are each shorter than a piece -> the same', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 10_000 } })
    const builds = Array.from({ length: 12 }, (_, index) => stage.publish({ id: `acme.p${index}`, size: 10_000 }))
    const plugins = await Promise.all(builds)
    const before = stage.clock.monotonic()
    const tasks = await Promise.all(plugins.map(({ url }) => dock.downloads.startDownload(url)))
    for (const task of tasks) await stage.until(task, 'installed')
    // the first are read while nothing is owed yet, and nobody waits for what the last owe
    expect(stage.clock.monotonic() - before).toBeGreaterThanOrEqual(8000)
    expect(stage.clock.monotonic() - before).toBeLessThanOrEqual(12_000)
  })

  it('of one download, set and changed while it runs -> the others are not held back', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const slow = await stage.publish({ id: 'acme.slow', size: SIZE })
    const fast = await stage.publish({ id: 'acme.fast', size: SIZE })
    const task = await started(stage, await dock.downloads.startDownload(slow.url, { limitBytesPerSecond: 20_000 }))
    const other = await dock.downloads.startDownload(fast.url)
    await stage.clock.advance(1000)
    expect(other.progress.state).toBe('installed')
    expectAbout(await bytesIn(stage, task, 5), 100_000)
    await dock.downloads.limitDownload(task.id, 200_000)
    await stage.clock.advance(1000)
    expectAbout(await bytesIn(stage, task, 3), 600_000)
  })

  it('over several connections -> the same', async () => {
    const stage = createStage()
    const dock = await stage.open({ connectionsPerDownload: 3, bandwidth: { limitBytesPerSecond: 1_000_000 } })
    const { url, path } = await stage.publish({ size: 16_000_000, chunkLengths: 131_072 })
    const task = await started(stage, await dock.downloads.startDownload(url))
    expectAbout(await bytesIn(stage, task, 10), 10_000_000)
    expect(stage.origin.requests.filter((request) => request.path === path)).toHaveLength(3)
  })

  it('paused under it -> nothing that was read is read again', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 100_000 } })
    const { url } = await stage.publish({ size: SIZE })
    const task = await started(stage, await dock.downloads.startDownload(url))
    for (let pause = 0; pause < 5; pause++) {
      await stage.clock.advance(700)
      await dock.downloads.pauseDownload(task.id)
      await dock.downloads.resumeDownload(task.id)
    }
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(SIZE)
  })

  it.each([0, -1, Number.NaN, '5' as unknown as number])('%s -> unsupported, that names the setting', async (limit) => {
    const stage = createStage()
    const dock = await stage.open()
    await expect(dock.policy.change({ limitBytesPerSecond: limit })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('limitBytesPerSecond'),
    })
  })
})

describe('the bandwidth policy', () => {
  it('changed -> told, kept over a restart, and wins over options', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 1000, onMetered: 'wait' } })
    const told: unknown[] = []
    dock.policy.changes.subscribe((policy) => told.push(policy.limitBytesPerSecond))
    await dock.policy.change({ limitBytesPerSecond: 2000 })
    await dock.policy.change({ limitBytesPerSecond: undefined })
    expect(told).toEqual([2000, undefined])
    await dock.close()
    const again = await stage.open({ bandwidth: { limitBytesPerSecond: 1000, onMetered: 'allow' } })
    expect(again.policy.current).toEqual({
      connection: 'auto',
      onMetered: 'allow',
      askAboveBytes: 10_000_000,
      saveData: 'respect',
    })
    await again.policy.reset()
    expect(again.policy.current).toMatchObject({ limitBytesPerSecond: 1000 })
  })

  it('changed by an event -> the same', async () => {
    const stage = createStage()
    const dock = await stage.open()
    dock.supervisor.send({ type: 'policy.change', part: { saveData: 'ignore' } })
    await stage.clock.settle()
    expect(dock.policy.current.saveData).toBe('ignore')
  })

  it('a setting that there is not -> unsupported', async () => {
    const dock = await createStage().open()
    await expect(dock.policy.change({ metered: true } as never)).rejects.toMatchObject({ code: 'unsupported' })
  })
})
