import { expect } from 'vitest'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { createMemoryHost, createScriptedOrigin, createVirtualClock } from '../../../src/testing/index.js'
import { STAGE_OPTIONS } from '../../models/downloadStage.js'
import { createHoldingOrigin, type DownloadWorld } from '../../models/downloadWorld.js'

const MAX_TURNS = 5000

/** Everything in memory, and time that passes when it is told to. */
export function createMemoryWorld(): DownloadWorld {
  const clock = createVirtualClock()
  const origin = createScriptedOrigin({ clock })
  const digester = { ...createNodeDigester(), wholeDigestIsCheap: false }
  const host = createMemoryHost({ origin, clock, digester })
  return {
    origin: createHoldingOrigin(origin),
    open: () => createPluginDockOn(host, STAGE_OPTIONS),
    async until(isReached, what) {
      // what is only so for a moment is not so
      await clock.settle()
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        if (await isReached()) return
        await clock.settle()
      }
      throw new Error(`Waited in vain for ${what()}`)
    },
    passUntil: (epochMs) => clock.advance(epochMs - clock.now()),
    now: clock.now,
    change: (conditions) => host.conditions.change(conditions),
    crash: () => host.crash(),
    async limitRoom(to) {
      const sizes = (await host.bundles.list()).map(({ sizeBytes }) => sizeBytes)
      host.bundles.setCapacity(to && sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0))
    },
    countFiles: async () => (await host.bundles.list()).length,
    async close() {
      expect(clock.pendingTimers).toBe(0)
    },
  }
}
