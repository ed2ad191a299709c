import { commands } from 'vitest/browser'
import { createPluginDock } from '../../../src/hosts/browser/index.js'
import { buildPlugin } from '../../../src/testing/index.js'
import { STAGE_OPTIONS } from '../../models/downloadStage.js'
import type { DownloadWorld, HoldingOrigin } from '../../models/downloadWorld.js'
import { folderOf, freshName, removeFolderOf } from '../engineWorker.js'

/** More than files and sockets take on a machine that has much else to do. */
const PATIENCE_MS = 20_000

/** A page of Chromium: the worker, OPFS, IndexedDB and real sockets. Time passes by itself. */
export async function createBrowserWorld(): Promise<DownloadWorld> {
  const url = await commands.openHoldingOrigin()
  const name = freshName()
  return {
    origin: createOriginFromAfar(url),
    async open() {
      const dock = await createPluginDock({ name, ...STAGE_OPTIONS })
      await untilLeader(dock)
      return dock
    },
    async until(isReached, what) {
      const deadline = performance.now() + PATIENCE_MS
      while (!(await isReached())) {
        if (performance.now() > deadline) throw new Error(`Waited in vain for ${what()}`)
        await new Promise((resolve) => setTimeout(resolve))
      }
    },
    countFiles: async () => (await filesIn(name, 'bundles')) + (await filesIn(name, 'partials')),
    async close() {
      await commands.closeHoldingOrigin(url)
      await removeFolderOf(name)
    },
  }
}

type Dock = Awaited<ReturnType<typeof createPluginDock>>

function untilLeader({ supervisor }: Dock): Promise<void> {
  return new Promise((resolve) => {
    const look = () => supervisor.getSnapshot().hasTag('leader') && resolve()
    supervisor.subscribe(look)
    look()
  })
}

function createOriginFromAfar(url: string): HoldingOrigin {
  return {
    async publish(build) {
      const [published, { bytes }] = await Promise.all([commands.publishHeld(url, build), buildPlugin(build)])
      return { ...published, bytes }
    },
    hold: (path) => commands.holdPath(url, path),
    isHeld: (path) => commands.isPathHeld(url, path),
    cut: (path) => commands.cutPath(url, path),
    release: (path, onlyThis) => commands.releasePath(url, path, onlyThis),
    answerNext: (path, httpStatus) => commands.answerNext(url, path, httpStatus),
    damage: (path) => commands.damagePath(url, path),
  }
}

async function filesIn(name: string, folder: 'bundles' | 'partials'): Promise<number> {
  let count = 0
  for await (const _ of (await folderOf(name, folder)).keys()) count++
  return count
}
