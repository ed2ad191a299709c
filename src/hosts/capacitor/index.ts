import type { supervisorMachine } from '../../../machines/supervisor.machine.js'
import { createPluginDockOn, createSupervisorLogicOn } from '../../createPluginDockOn.js'
import type { PluginDock } from '../../dock/types.js'
import type { Host } from '../../ports/host.js'
import type { BrowserPluginDockOptions } from '../browser/index.js'
import { createCapacitorHost } from './createCapacitorHost.js'
import { nativeModules } from './nativeModules.js'

export * from '../../domain/errors/index.js'
export type * from '../../publicTypes.js'

/** Options of a dock in a Capacitor app: those of a web page. */
export interface CapacitorPluginDockOptions extends BrowserPluginDockOptions {}

/**
 * Opens the dock of the app's WebView. Where the same app runs in a browser it is the dock of that page.
 *
 * @example
 * const dock = await createPluginDock()
 * const task = await dock.downloads.startDownload('https://cdn.example/charts/manifest.json')
 * await task.finished
 */
export async function createPluginDock(options: CapacitorPluginDockOptions = {}): Promise<PluginDock> {
  return createPluginDockOn(hostOf(options), options)
}

/** The supervisor as logic for your own machine: `setup({ actors: { plugins: createSupervisorLogic(options) } })`. */
export function createSupervisorLogic(options: CapacitorPluginDockOptions = {}): typeof supervisorMachine {
  return createSupervisorLogicOn(() => hostOf(options), options)
}

function hostOf({ name, fetch, headers, allowedOrigins, worker, storage }: CapacitorPluginDockOptions): Host {
  const fallback = storage?.fallback
  return createCapacitorHost({ name, fetch, headers, allowedOrigins, worker, fallback, load: nativeModules })
}
