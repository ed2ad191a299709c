import { describe, expect, it } from 'vitest'
import type { DownloadTask } from '../../../src/dock/types.js'
import { stall } from '../../../src/testing/index.js'
import { createStage, passTimeUntil } from './stage.js'
import { createStorageGate } from './storageGate.js'

describe('what watchers are told', () => {
  it('no byte for some seconds -> no speed and no time left, long before it counts as stalled', async () => {
    const stage = createStage()
    const dock = await stage.open({ bandwidth: { limitBytesPerSecond: 100_000 } })
    const { url, path } = await stage.publish({ size: 2_000_000 })
    stage.origin.script(path, stall(1_000_000))
    const task = await dock.downloads.startDownload(url)
    await passTimeUntil(stage.clock, () => task.progress.bytesTransferred === 1_000_000, 'the origin to go silent')
    expect(task.progress.estimatedTimeRemaining).toBeGreaterThan(0)
    await stage.clock.advance(8000)
    expect(task.progress).toMatchObject({ state: 'downloading', speedBytesPerSecond: 0 })
    expect(task.progress.estimatedTimeRemaining).toBeUndefined()
  })

  it('bytes are still being stored when it is paused -> they are told when they are, though it is paused already', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url, path } = await stage.publish({ size: 100_000, chunkLengths: 10_000 })
    stage.origin.script(path, stall(40_000))
    const held = gate.hold(({ operation }) => operation === 'write')
    const task = await dock.downloads.startDownload(url)
    const told: number[] = []
    const watching = dock.downloads.watchProgress(task.id).subscribe((now) => told.push(now.bytesDownloaded))
    await held.reached
    const pausing = dock.downloads.pauseDownload(task.id)
    await stage.until(task, 'paused')
    held.release()
    await pausing
    expect(task.progress.bytesDownloaded).toBeGreaterThan(0)
    expect(told.at(-1)).toBe(task.progress.bytesDownloaded)
    watching.unsubscribe()
  })

  it('who was ahead in the queue is cancelled -> the new place is told', async () => {
    const stage = createStage()
    const dock = await stage.open({ maxConcurrentDownloads: 1 })
    const plugins = await Promise.all(['a', 'b', 'c'].map((id) => stage.publish({ id })))
    for (const { path } of plugins) stage.origin.script(path, stall(10))
    const tasks: DownloadTask[] = []
    for (const { manifest, url } of plugins) tasks.push(await dock.downloads.startDownload(manifest, { baseUrl: url }))
    const places: (number | undefined)[] = []
    const watching = dock.downloads
      .watchProgress(tasks[2]?.id ?? '')
      .subscribe(({ waitingFor }) => places.push(waitingFor?.position))
    await dock.downloads.cancelDownload(tasks[1]?.id ?? '')
    await stage.clock.advance(500)
    expect(places).toEqual([2, 1])
    watching.unsubscribe()
  })
})
