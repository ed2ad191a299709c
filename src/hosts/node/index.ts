import type { supervisorMachine } from '../../../machines/supervisor.machine.js'
import type { PluginDock, PluginDockOptions } from '../../dock/types.js'
import { openDock, supervisorIn } from './openDock.js'

export * from '../../domain/errors/index.js'
export type * from '../../publicTypes.js'

/** Options of a dock in Node and in Electron's main process. */
export interface NodePluginDockOptions extends PluginDockOptions {
  /** Where everything lies. One process at a time may have it; made when missing. */
  directory: string
  /** For how long to wait while another process has the directory: milliseconds, or `true` without end. @default false */
  wait?: boolean | number
}

/**
 * Opens a dock in a directory.
 *
 * @example
 * const dock = await createPluginDock({ directory: './plugins' })
 * const task = await dock.downloads.startDownload('https://cdn.example/charts/manifest.json')
 * await task.finished
 */
export function createPluginDock(options: NodePluginDockOptions): Promise<PluginDock> {
  return openDock(publicOnly(options))
}

/** The supervisor as logic for your own machine: `setup({ actors: { plugins: createSupervisorLogic(options) } })`. */
export function createSupervisorLogic(options: NodePluginDockOptions): typeof supervisorMachine {
  return supervisorIn(publicOnly(options))
}

/** What only the command line may ask for is not to be had by passing it here. */
function publicOnly(options: NodePluginDockOptions): NodePluginDockOptions {
  return { ...options, localFiles: false, holdRestored: false } as NodePluginDockOptions // reason: not in the public type
}
