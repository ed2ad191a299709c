import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryConditions } from '../../../src/adapters/memoryConditions.js'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { createNodeHost } from '../../../src/hosts/node/createNodeHost.js'
import type { Conditions } from '../../../src/ports/conditions.js'
import { createScriptedOrigin, createVirtualClock } from '../../../src/testing/index.js'
import { STAGE_OPTIONS } from '../../models/downloadStage.js'
import { createHoldingOrigin, type DownloadWorld } from '../../models/downloadWorld.js'

/** More than files and sockets take on a machine that has much else to do. */
const PATIENCE_MS = 15_000

/** Real files and real sockets; only the time of the dock is made up, and what the device says of its network. */
export async function createNodeWorld(): Promise<DownloadWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-models-'))
  const clock = createVirtualClock()
  const origin = createScriptedOrigin({ clock })
  const server = await origin.listen()
  const device = createMemoryConditions({ metered: false, saveData: false })
  return {
    origin: createHoldingOrigin(origin, server.url),
    open: () => createPluginDockOn({ ...createNodeHost({ directory, clock }), conditions: device }, STAGE_OPTIONS),
    async until(isReached, what) {
      const deadline = performance.now() + PATIENCE_MS
      while (!(await isReached())) {
        if (performance.now() > deadline) throw new Error(`Waited in vain for ${what()}`)
        await clock.settle()
      }
    },
    passUntil: (epochMs) => clock.advance(epochMs - clock.now()),
    now: clock.now,
    change: (conditions: Partial<Conditions>) => device.change(conditions),
    countFiles: async () => (await filesIn(directory, 'bundles')) + (await filesIn(directory, 'partials')),
    async close() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function filesIn(directory: string, folder: string): Promise<number> {
  return (await readdir(join(directory, folder)).catch(() => [])).length
}
