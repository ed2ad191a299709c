import type { supervisorMachine } from '../../../machines/supervisor.machine.js'
import { createPluginDockOn, createSupervisorLogicOn } from '../../createPluginDockOn.js'
import type { PluginDock, PluginDockOptions } from '../../dock/types.js'
import type { Host } from '../../ports/host.js'
import { createBrowserHost } from './createBrowserHost.js'

export * from '../../domain/errors/index.js'
export type * from '../../publicTypes.js'

/** Options of a dock in a web page. */
export interface BrowserPluginDockOptions extends PluginDockOptions {
  storage?: PluginDockOptions['storage'] & {
    /** `'memory'`: where the browser stores nothing, a dock that forgets. @default 'none' */
    fallback?: 'none' | 'memory'
  }
  /** Bytes are then fetched in the page, which is slower. @default the worker's own */
  fetch?: typeof fetch
  /**
   * Makes the worker that downloads, where a bundler or Trusted Types is in the way of ours.
   *
   * @example
   * import EngineWorker from 'plugdock/browser/engine.worker.js?worker'   // Vite
   * const dock = await createPluginDock({ worker: () => new EngineWorker() })
   */
  worker?: () => Worker
}

/**
 * Opens the dock of this page's origin. Rejects with `unsupported` outside a secure context, on a server, and where
 * the browser stores nothing.
 *
 * @example
 * const dock = await createPluginDock()
 * const task = await dock.downloads.startDownload('https://cdn.example/charts/manifest.json')
 * await task.finished
 */
export async function createPluginDock(options: BrowserPluginDockOptions = {}): Promise<PluginDock> {
  return createPluginDockOn(hostOf(options), options)
}

/** The supervisor as logic for your own machine: `setup({ actors: { plugins: createSupervisorLogic(options) } })`. */
export function createSupervisorLogic(options: BrowserPluginDockOptions = {}): typeof supervisorMachine {
  return createSupervisorLogicOn(() => hostOf(options), options)
}

function hostOf({ name, fetch, headers, allowedOrigins, worker, storage }: BrowserPluginDockOptions): Host {
  return createBrowserHost({ name, fetch, headers, allowedOrigins, worker, fallback: storage?.fallback })
}
