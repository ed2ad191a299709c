/** What an app's tests write against `plugdock/testing`. */
import { createPluginDockOn, type PluginDock } from 'plugdock'
import { createMemoryHost, createScriptedOrigin, createVirtualClock } from 'plugdock/testing'

export function open(): Promise<PluginDock> {
  const clock = createVirtualClock()
  const origin = createScriptedOrigin()
  // @ts-expect-error no host
  createMemoryHost(42)
  // @ts-expect-error no clock
  createMemoryHost({ clock: 'noon' })
  return createPluginDockOn(createMemoryHost({ clock, fetcher: origin.fetcher }))
}
