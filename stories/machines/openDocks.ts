import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/publicTypes.js'
import { buildPlugin, createMemoryHost, createScriptedOrigin, publishOn } from '../../src/testing/index.js'

/** So slow that nobody misses anything. */
const SLOW_BYTES_PER_SECOND = 100_000
const SIZE_BYTES = 12_000_000
const UNTIL_CONFIRMED_MS = 60_000

/** A dock over the memory host, and an origin with one plugin that comes slowly. */
export async function openSlowDock() {
  const origin = createScriptedOrigin()
  const plugin = await buildPlugin({ name: 'Charts', size: SIZE_BYTES })
  const manifestUrl = publishOn(origin, plugin)
  origin.limitBytesPerSecond = SLOW_BYTES_PER_SECOND
  const host = createMemoryHost({ origin })
  const dock = await createPluginDockOn(host, { retry: { baseDelayMs: 600_000, maxDelayMs: 600_000, jitter: 'none' } })
  return { dock, host, origin, manifestUrl, bundlePath: `/${plugin.manifest.id}/${plugin.manifest.bundle.urls[0]}` }
}

/** A dock whose plugin works, and has an update whose code nobody has run yet. */
export async function openUpdatedDock(): Promise<{ readonly dock: PluginDock; readonly pluginId: string }> {
  const origin = createScriptedOrigin()
  const dock = await createPluginDockOn(createMemoryHost({ origin }), { health: { timeoutMs: UNTIL_CONFIRMED_MS } })
  const install = async (version: string): Promise<string> => {
    const bytes = new TextEncoder().encode(`export const version = '${version}'\n`)
    const plugin = await buildPlugin({ name: 'Charts', version, bytes, chunkLengths: bytes.length })
    await (await dock.downloads.startDownload(publishOn(origin, plugin))).finished
    return plugin.manifest.id
  }
  const pluginId = await install('1.0.0')
  const loaded = await dock.plugins.load(pluginId)
  await loaded.confirmHealthy()
  await loaded.close()
  await install('2.0.0')
  return { dock, pluginId }
}
