import { Subject } from 'rxjs'
import { expect, test, vi } from 'vitest'
import type { DockNotification, PluginDock } from '../../../src/dock/types.js'
import { noteCheck, repairSizesOf, watchRepairSizes } from '../../../src/react/dock/damage.js'

test('found damaged, then repaired by whomever -> its size is offered no more', () => {
  const notifications = new Subject<DockNotification>()
  const dock = { notifications } as unknown as PluginDock // reason: nothing else of it is read
  const badChunks = [{ index: 0, offset: 0, length: 1000 }]
  noteCheck(dock, { pluginId: 'acme.charts', version: '1.0.0', ok: false, chunksChecked: 1, badChunks })
  expect(repairSizesOf(dock).get('acme.charts')).toBe(1000)
  const told = vi.fn()
  watchRepairSizes(dock, told)
  notifications.next({ type: 'repaired', pluginId: 'acme.charts', version: '1.0.0', message: '' })
  expect(repairSizesOf(dock).size).toBe(0)
  expect(told).toHaveBeenCalledOnce()
})
