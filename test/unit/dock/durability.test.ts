import { describe, expect, it } from 'vitest'
import { StorageError } from '../../../src/domain/errors/index.js'
import { always, stall, status } from '../../../src/testing/index.js'
import { createStage } from './stage.js'
import { createStorageGate } from './storageGate.js'

async function openStalled() {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open()
  const { url, path } = await stage.publish()
  stage.origin.script(path, always(stall(10)))
  const stalled = stage.origin.next('stall', path)
  const task = await dock.downloads.startDownload(url)
  await stalled
  await stage.clock.settle()
  return { gate, stage, dock, task }
}

describe('killed as soon as a command has settled', () => {
  it('paused -> still paused', async () => {
    const { stage, dock, task } = await openStalled()
    await dock.downloads.pauseDownload(task.id)
    stage.host.crash()
    const again = await stage.open()
    expect(again.downloads.getTask(task.id)?.progress.state).toBe('paused')
  })

  it('resumed -> goes on', async () => {
    const { stage, dock, task } = await openStalled()
    await dock.downloads.pauseDownload(task.id)
    await dock.downloads.resumeDownload(task.id)
    stage.host.crash()
    const again = await stage.open()
    expect(again.downloads.getTask(task.id)?.progress.state).not.toBe('paused')
  })

  it('cancelled -> still cancelled', async () => {
    const { stage, dock, task } = await openStalled()
    await dock.downloads.cancelDownload(task.id)
    stage.host.crash()
    const again = await stage.open()
    expect(again.downloads.getTask(task.id)?.progress.state).toBe('cancelled')
  })

  it('given another priority -> has it', async () => {
    const { stage, dock, task } = await openStalled()
    await dock.downloads.reprioritize(task.id, 7)
    stage.host.crash()
    const again = await stage.open()
    expect(again.downloads.getTask(task.id)?.actor?.getSnapshot().context.record.priority).toBe(7)
  })

  it.each(['dismissDownload', 'dismissSettled'] as const)('%s -> stays forgotten', async (dismiss) => {
    const { stage, dock, task } = await openStalled()
    await dock.downloads.cancelDownload(task.id)
    await dock.downloads[dismiss](task.id)
    stage.host.crash()
    const again = await stage.open()
    expect(again.downloads.getTasks()).toEqual([])
  })

  it('failed and dismissed -> stays forgotten', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(404)))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'failed')
    await dock.downloads.dismissDownload(task.id)
    stage.host.crash()
    const again = await stage.open()
    expect(again.downloads.getTasks()).toEqual([])
  })
})

describe('a record that could not be written', () => {
  it('of a pause, and the dock is closed later -> is written then', async () => {
    const { gate, stage, dock, task } = await openStalled()
    const allow = gate.refuse(({ operation }) => operation === 'commit', new StorageError('The disk is broken'))
    await dock.downloads.pauseDownload(task.id)
    expect(task.progress.state).toBe('paused')
    allow()
    await dock.close()
    const again = await stage.open()
    expect(again.downloads.getTask(task.id)?.progress.state).toBe('paused')
  })
})

describe('a cancelled task', () => {
  it('dismissed while its bytes are removed -> forgotten when they are', async () => {
    const { gate, stage, dock, task } = await openStalled()
    const held = gate.hold(({ operation }) => operation === 'deletePartial')
    const cancelling = dock.downloads.cancelDownload(task.id)
    await held.reached
    const dismissing = dock.downloads.dismissDownload(task.id)
    held.release()
    await Promise.all([cancelling, dismissing])
    expect(dock.downloads.getTasks()).toEqual([])
    expect(await stage.host.bundles.list()).toEqual([])
  })
})
