/** What an app writes against `plugdock/node`. No Node types are around: the declarations ask for none. */
import type { PluginDock } from 'plugdock'
import { createPluginDock } from 'plugdock/node'

export async function open(): Promise<PluginDock> {
  const dock = await createPluginDock({ directory: '/plugins', maxConcurrentDownloads: 2 })
  await createPluginDock({ directory: '/plugins', wait: 500 })
  await createPluginDock({ directory: '/plugins', wait: true })
  // @ts-expect-error a directory is a must
  await createPluginDock({ maxConcurrentDownloads: 2 })
  // @ts-expect-error a directory is a must
  await createPluginDock()
  // @ts-expect-error milliseconds, or whether at all
  await createPluginDock({ directory: '/plugins', wait: 'long' })
  return dock
}
