import type { PluginDock } from 'plugdock'

interface Charts {
  draw(target: HTMLElement): Promise<void>
}

/**
 * Starts what is installed. Where a new version does not start, `activate` goes back to the one before and starts that,
 * and a notice tells the person so.
 */
export function openCharts(dock: PluginDock, target: HTMLElement): Promise<void> {
  return dock.plugins.activate('acme.charts', async (plugin) => {
    const charts = await plugin.import<Charts>()
    await charts.draw(target)
    await plugin.confirmHealthy()
  })
}
