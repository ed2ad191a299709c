/** What an app's tests write against `plugdock/testing`. */
import { createPluginDockOn, type PluginDock } from 'plugdock'
import {
  createMemoryHost,
  createScriptedOrigin,
  createVirtualClock,
  dropAfter,
  type MemoryHost,
  status,
} from 'plugdock/testing'

export async function open(): Promise<PluginDock> {
  const clock = createVirtualClock()
  const origin = createScriptedOrigin({ clock })
  origin.put('/manifest.json', '{}')
  origin.script('/manifest.json', status(503), dropAfter(1))
  // @ts-expect-error no fault
  origin.script('/manifest.json', 'break')
  // @ts-expect-error no options
  createMemoryHost(42)
  // @ts-expect-error no clock
  createMemoryHost({ clock: 'noon' })
  const host: MemoryHost = createMemoryHost({ clock, origin, capacityBytes: 1_000_000 })
  const dock = await createPluginDockOn(host, { maxConcurrentDownloads: 1 })
  await dock.downloads.startDownload(origin.urlOf('/manifest.json'))
  host.crash()
  return dock
}
