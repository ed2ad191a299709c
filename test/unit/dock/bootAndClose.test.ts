import { expect, it } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { StorageError } from '../../../src/domain/errors/index.js'
import { stall } from '../../../src/testing/index.js'
import { createStage } from './stage.js'
import { createStorageGate, writesInstalled } from './storageGate.js'

it('the supervisor was stopped -> close still ends, and the stores are free', async () => {
  const stage = createStage()
  const dock = await createPluginDockOn(stage.host)
  const { url, path } = await stage.publish()
  stage.origin.script(path, stall(10))
  const stalled = stage.origin.next('stall', path)
  await dock.downloads.startDownload(url)
  await stalled
  dock.supervisor.stop()
  await dock.close()
  await stage.open()
})
it('an orphan that cannot be deleted -> the dock opens all the same', async () => {
  const gate = createStorageGate()
  const stage = createStage(gate)
  await (await stage.open()).close()
  const store = await stage.host.open()
  await (await store.bundles.openPartial('orphan')).close()
  await store.close()
  gate.refuse(({ operation }) => operation === 'deletePartial', new StorageError('in use'))
  await stage.open()
})
it('killed between seal and commit -> the sealed bytes are found, and nothing is sent again', async () => {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open()
  const { url, path } = await stage.publish()
  const held = gate.hold(writesInstalled)
  const task = await dock.downloads.startDownload(url)
  await held.reached
  stage.host.crash()
  held.release()
  const again = await stage.open()
  await again.downloads.getTask(task.id)?.finished
  expect(stage.origin.bytesSent(path)).toBe(300_000)
})

it('bytes are being written -> close waits for them, and only then gives up the stores', async () => {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open()
  const { url } = await stage.publish()
  const held = gate.hold(({ store, operation }) => store === 'bundles' && operation === 'write')
  await dock.downloads.startDownload(url)
  await held.reached
  let isClosed = false
  const closing = dock.close().then(() => {
    isClosed = true
  })
  for (let turn = 0; turn < 20; turn++) await stage.clock.settle()
  expect(isClosed).toBe(false)
  held.release()
  await closing
})
