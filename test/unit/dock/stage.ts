import { onTestFinished } from 'vitest'
import { engineHere } from '../../../src/actors/laterParts.js'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { createPluginDockOn, type HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { loadAhead } from '../../../src/domain/laterPart.js'
import type { DownloadState } from '../../../src/domain/progress.js'
import {
  type BuiltPlugin,
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  createVirtualClock,
  type MemoryHost,
  type MemoryHostOptions,
  type PluginBuild,
  publishOn,
  type ScriptedOrigin,
  type VirtualClock,
} from '../../../src/testing/index.js'

// code that is loaded comes in real time, whatever a stage's clock shows
const atHand = { clock: createVirtualClock() }
await Promise.all([loadAhead(atHand), engineHere.load(atHand)])

/** A dock over the memory host, an origin that does what it is told, and time that passes when it is told to. */
export interface Stage {
  readonly clock: VirtualClock
  readonly origin: ScriptedOrigin
  readonly host: MemoryHost
  /** Opens another dock on the same stores: after a crash, or a close. */
  open(options?: HostDockOptions): Promise<PluginDock>
  /** Builds a plugin and puts it on the origin. */
  publish(build?: PluginBuild): Promise<BuiltPlugin & { url: string; path: string }>
  /** Lets time pass, timer by timer, until the task stands in `state`. */
  until(task: DownloadTask, state: DownloadState): Promise<void>
}

/** Hashes in the thread of the test: so that turns of the event loop are all that a clock has to wait for. */
const digester = { ...createNodeDigester(), wholeDigestIsCheap: false }

export function createStage(options: MemoryHostOptions = {}): Stage {
  const clock = createVirtualClock()
  const origin = createScriptedOrigin({ clock })
  const host = createMemoryHost({ origin, clock, digester, ...options })
  return {
    clock,
    origin,
    host,
    async open(options = {}) {
      const dock = await createPluginDockOn(host, options)
      onTestFinished(() => dock.close())
      return dock
    },
    async publish(build) {
      const plugin = await buildPlugin(build)
      const { id, bundle } = plugin.manifest
      return { ...plugin, url: publishOn(origin, plugin), path: `/${id}/${bundle.urls[0]}` }
    },
    until: (task, state) => passTimeUntil(clock, () => task.progress.state === state, `${task.id} to be ${state}`),
  }
}

const MAX_STEPS = 10_000
/** Building plugins happens on threads of its own: the event loop turns some times before it is done. */
const MAX_IDLE_TURNS = 5000

/** Timers run one by one until `isReached`; fails where nothing is left that could bring it about. */
export async function passTimeUntil(clock: VirtualClock, isReached: () => boolean, what: string): Promise<void> {
  let idle = 0
  for (let step = 0; step < MAX_STEPS && idle < MAX_IDLE_TURNS; step++) {
    await clock.settle()
    if (isReached()) return
    idle = (await clock.advanceToNext()) ? 0 : idle + 1
  }
  throw new Error(`Waited in vain for ${what}`)
}

/** Every byte of the installed version's entry. */
export async function readEntry(dock: PluginDock, pluginId: string): Promise<Uint8Array> {
  const loaded = await dock.plugins.load(pluginId)
  try {
    return await loaded.read()
  } finally {
    await loaded.close()
  }
}

/** Whether the installed version's entry is these bytes; a matcher would look at them one by one, which takes seconds. */
export async function isInstalled(dock: PluginDock, pluginId: string, bytes: Uint8Array): Promise<boolean> {
  return Buffer.compare(await readEntry(dock, pluginId), bytes) === 0
}
