import type { supervisorMachine } from '../../../machines/supervisor.machine.js'
import type { PluginDock, PluginDockOptions } from '../../dock/types.js'
import { type BackgroundTaskOptions, ExpoDocks } from './expoDocks.js'
import { nativeModules } from './nativeModules.js'

export * from '../../domain/errors/index.js'
export type * from '../../publicTypes.js'
export type { BackgroundTaskOptions } from './expoDocks.js'

/** Options of a dock in an Expo app. */
export interface ExpoPluginDockOptions extends PluginDockOptions {
  /** Where everything lies: a `file:` URL. @default `plugdock/<name>` in the app's document directory */
  directory?: string
}

const docks = new ExpoDocks(nativeModules)

/**
 * Opens the app's dock. While a background task has it, that is asked to stop first. Rejects with `locked` where this app
 * has opened it already.
 *
 * @example
 * const dock = await createPluginDock()
 * const task = await dock.downloads.startDownload('https://cdn.example/charts/manifest.json')
 * await task.finished
 */
export async function createPluginDock(options: ExpoPluginDockOptions = {}): Promise<PluginDock> {
  return docks.open(options)
}

/** The supervisor as logic for your own machine: `setup({ actors: { plugins: createSupervisorLogic(options) } })`. */
export function createSupervisorLogic(options: ExpoPluginDockOptions = {}): typeof supervisorMachine {
  return docks.createSupervisorLogic(options)
}

/**
 * Says what the system runs when it wakes the app: unfinished downloads go on until they are done, or until the slice of
 * time ends. To be called where the app's code is loaded, outside of every component, each time it is loaded.
 *
 * @example
 * // index.ts, before the app is registered
 * defineBackgroundTask({ dock: { allowedOrigins: ['https://cdn.example'] } })
 */
export function defineBackgroundTask(options: BackgroundTaskOptions = {}): void {
  docks.defineBackgroundTask(options)
}

/**
 * Asks the system to wake the app for the task that was defined, when there is a network, at most every
 * `minimumIntervalMinutes` (where it is not given: 12 hours on iOS, a day on Android), and when it likes. `false` where the
 * system does not: in a simulator of iOS, in Expo Go, or because the user forbade it. A task that is registered already
 * keeps its interval until it is unregistered.
 */
export async function registerBackgroundTask(
  options: { taskName?: string; minimumIntervalMinutes?: number } = {},
): Promise<boolean> {
  return docks.registerBackgroundTask(options)
}

export async function unregisterBackgroundTask({ taskName }: { taskName?: string } = {}): Promise<void> {
  await docks.unregisterBackgroundTask(taskName)
}
