import { createPluginDockOn } from '../src/createPluginDockOn.js'
import type { PluginDock } from '../src/publicTypes.js'
import {
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  publishOn,
  type ScriptedOrigin,
} from '../src/testing/index.js'

/** Real machines over a memory host and an origin that does what it is told. */
export interface LiveDock {
  readonly dock: PluginDock
  readonly origin: ScriptedOrigin
  readonly taskId: string
  /** Of the bundle, for faults. */
  readonly bundlePath: string
}

/** So slow that nobody misses anything. */
const SLOW_BYTES_PER_SECOND = 100_000

/** A dock with one download under way. */
export async function openLiveDock(): Promise<LiveDock> {
  const origin = createScriptedOrigin()
  const plugin = await buildPlugin({ name: 'Charts', size: 12_000_000 })
  const manifestUrl = publishOn(origin, plugin)
  const bundlePath = `/${plugin.manifest.id}/${plugin.manifest.bundle.urls[0]}`
  origin.limitBytesPerSecond = SLOW_BYTES_PER_SECOND
  const dock = await createPluginDockOn(createMemoryHost({ origin }))
  const task = await dock.downloads.startDownload(manifestUrl)
  return { dock, origin, taskId: task.id, bundlePath }
}
