import type { InstalledPlugin, PluginDock } from 'plugdock'

/** Stands for what your app does with a dock. */
export async function installCharts(dock: PluginDock, manifestUrl: string): Promise<InstalledPlugin> {
  const task = await dock.downloads.startDownload(manifestUrl, { initiator: 'user' })
  return task.finished
}
