import { createSystemClock } from '../../adapters/systemClock.js'
import { createPluginDockOn, createSupervisorLogicOn } from '../../createPluginDockOn.js'
import type { PluginDock, PluginDockOptions } from '../../dock/types.js'
import { LockedError, UnsupportedError } from '../../domain/errors/index.js'
import { isAllowedOrigin } from '../../domain/origins.js'
import type { Clock } from '../../ports/clock.js'
import type { Host } from '../../ports/host.js'
import { runSlice } from './backgroundSlice.js'
import { createExpoHost } from './createExpoHost.js'
import { type ExpoModules, RESULT, STATUS_AVAILABLE } from './expoModules.js'

interface DockOptions extends PluginDockOptions {
  directory?: string
}

/** What a background task does. */
export interface BackgroundTaskOptions {
  /** @default 'plugdock' */
  taskName?: string
  /** The options of the dock that the task opens where the app has none open: the same ones that the app gives. */
  dock?: DockOptions
  /**
   * For how long one slice goes on, if the system does not end it before. Android stops a task after ten minutes without
   * asking. @default 480_000
   */
  limitMs?: number
}

const TASK_NAME = 'plugdock'
const SLICE_MS = 8 * 60 * 1000

interface Slice {
  stop(): void
  /** What the system is told. Settles when the slice has let go of everything. */
  readonly result: Promise<number>
}

/** The docks of one app, of which each directory has one at a time: in front, or for as long as a background task runs. */
export class ExpoDocks {
  readonly #load: () => ExpoModules
  readonly #clock: Clock
  #modules: ExpoModules | undefined
  /** That the app opened, by directory. */
  readonly #inFront = new Map<string, PluginDock>()
  readonly #slices = new Map<string, Slice>()

  constructor(load: () => ExpoModules, clock: Clock = createSystemClock()) {
    this.#load = load
    this.#clock = clock
  }

  async open(options: DockOptions): Promise<PluginDock> {
    const directoryUri = this.#directoryOf(options)
    const dock = await createPluginDockOn(this.#hostOf(options, true), options)
    this.#inFront.set(directoryUri, dock)
    return dock
  }

  createSupervisorLogic(options: DockOptions): ReturnType<typeof createSupervisorLogicOn> {
    return createSupervisorLogicOn(() => this.#hostOf(options, true), options)
  }

  defineBackgroundTask({ taskName = TASK_NAME, dock = {}, limitMs = SLICE_MS }: BackgroundTaskOptions): void {
    this.#native.taskManager.defineTask(taskName, () => this.#runTask(dock, limitMs))
  }

  async registerBackgroundTask({
    taskName = TASK_NAME,
    minimumIntervalMinutes,
  }: {
    taskName?: string
    minimumIntervalMinutes?: number
  }): Promise<boolean> {
    const { backgroundTask, taskManager } = this.#native
    if (!taskManager.isTaskDefined(taskName)) {
      throw new UnsupportedError(
        `Nothing is defined to run as ${taskName}: call defineBackgroundTask where the app starts`,
      )
    }
    if ((await backgroundTask.getStatusAsync().catch(() => null)) !== STATUS_AVAILABLE) return false
    const options = minimumIntervalMinutes === undefined ? {} : { minimumInterval: minimumIntervalMinutes }
    await backgroundTask.registerTaskAsync(taskName, options)
    return true
  }

  async unregisterBackgroundTask(taskName = TASK_NAME): Promise<void> {
    await this.#native.backgroundTask.unregisterTaskAsync(taskName)
  }

  get #native(): ExpoModules {
    this.#modules ??= this.#load()
    return this.#modules
  }

  /** One slice at a time for a directory: called again meanwhile, the same. */
  async #runTask(options: DockOptions, limitMs: number): Promise<number> {
    const directoryUri = this.#directoryOf(options)
    const running = this.#slices.get(directoryUri)
    if (running) return running.result
    const end = new AbortController()
    const result = this.#resultOf(() => this.#runSlice(directoryUri, options, limitMs, end.signal), end)
    this.#slices.set(directoryUri, { stop: () => end.abort(), result })
    return result.finally(() => this.#slices.delete(directoryUri))
  }

  async #resultOf(run: () => Promise<void>, end: AbortController): Promise<number> {
    const expiry = this.#native.backgroundTask.addExpirationListener(() => end.abort())
    try {
      await run()
      return RESULT.success
    } catch (error) {
      // the app has just opened it, and goes on itself
      return error instanceof LockedError ? RESULT.success : RESULT.failed
    } finally {
      expiry.remove()
    }
  }

  async #runSlice(directoryUri: string, options: DockOptions, limitMs: number, signal: AbortSignal): Promise<void> {
    const slice = { clock: this.#clock, limitMs, signal }
    const inFront = this.#inFront.get(directoryUri)
    if (inFront) return runSlice(inFront, slice)
    const dock = await createPluginDockOn(this.#hostOf(options, false), options)
    try {
      await runSlice(dock, slice)
    } finally {
      await dock.close()
    }
  }

  #hostOf(options: DockOptions, isInFront: boolean): Host {
    const { fetch, headers, allowedOrigins } = options
    const directoryUri = this.#directoryOf(options)
    return createExpoHost(this.#native, {
      directoryUri,
      fetch,
      headers,
      clock: this.#clock,
      isAllowed: (url) => isAllowedOrigin(url, allowedOrigins),
      onClose: () => void this.#inFront.delete(directoryUri),
      ...(isInFront ? { beforeOpen: () => this.#endSlice(directoryUri) } : {}),
    })
  }

  /** It leaves what it has as any dock does that is closed. */
  async #endSlice(directoryUri: string): Promise<void> {
    const slice = this.#slices.get(directoryUri)
    slice?.stop()
    await slice?.result.catch(() => {})
  }

  #directoryOf({ directory, name = 'plugdock' }: DockOptions): string {
    if (directory !== undefined) return directory.replace(/\/+$/, '')
    return `${this.#native.fileSystem.Paths.document.uri.replace(/\/+$/, '')}/plugdock/${name}`
  }
}
