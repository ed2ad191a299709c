import { createPluginDock, type PluginDock, registerBackgroundTask } from 'plugdock/expo'

/** The same for the app in front and for its background task. */
export const dockOptions = {
  allowedOrigins: ['https://cdn.example'],
  bandwidth: { onMetered: 'ask', askAboveBytes: 5_000_000 },
} as const

export const manifestUrl = 'https://cdn.example/recipes/manifest.json'
export const pluginId = 'acme.recipes'

let opening: Promise<PluginDock> | undefined

/** One dock for the whole app, opened when the first component asks. */
export function openDock(): Promise<PluginDock> {
  opening ??= open()
  return opening
}

async function open(): Promise<PluginDock> {
  const dock = await createPluginDock({ ...dockOptions })
  if (dock.capabilities.background !== 'none') await registerBackgroundTask({ minimumIntervalMinutes: 60 })
  return dock
}
