import { createPluginDockOn, type PluginDock } from 'plugdock'
import { createApplianceHost, type Network } from './applianceHost.js'

/** A dock like any other, with everything it does: resume, repair, roll back, make room. */
export function openAppliance(directory: string, network: Network): Promise<PluginDock> {
  return createPluginDockOn(createApplianceHost(directory, network), { maxConcurrentDownloads: 2 })
}
