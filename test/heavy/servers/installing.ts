import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import type { RetryPolicy } from '../../../src/domain/retry.js'
import { createPluginDock } from '../../../src/hosts/node/index.js'
import { type Knowledge, PLUGIN_ID, type Site, sealedBundles } from './site.js'

/** A server that was killed is back before these are used up. */
export const UNTIL_IT_IS_BACK: Partial<RetryPolicy> = { maxAttempts: 1000, baseDelayMs: 20, factor: 1, jitter: 'none' }
const AT_ONCE: Partial<RetryPolicy> = { baseDelayMs: 1, factor: 1, jitter: 'none' }

export interface InstallingOptions {
  /** @default five attempts, one at once after the other */
  readonly retry?: Partial<RetryPolicy>
  /** The bundle's. @default through the gate */
  readonly url?: string
}

/** What came of a run of a task. */
export type Outcome = 'installed the right bytes' | 'installed wrong bytes' | `failed: ${PluginDockError['code']}`

/** One dock in Node that installs a site's bundle. */
export class Installing {
  readonly dock: PluginDock
  readonly task: DownloadTask
  readonly #site: Site

  private constructor(dock: PluginDock, task: DownloadTask, site: Site) {
    this.dock = dock
    this.task = task
    this.#site = site
  }

  /** All it is told is a manifest that tells the truth, given as an object. */
  static async start(site: Site, knowledge: Knowledge, options: InstallingOptions = {}): Promise<Installing> {
    const dock = await createPluginDock({ directory: directoryOf(site), retry: options.retry ?? AT_ONCE })
    const task = await dock.downloads.startDownload(await site.manifest(knowledge, options.url))
    return new Installing(dock, task, site)
  }

  /** In a dock that finds the task in the records of an earlier one. */
  static async goOn(site: Site): Promise<Installing> {
    const dock = await createPluginDock({ directory: directoryOf(site), retry: AT_ONCE })
    const [task] = dock.downloads.getTasks()
    if (!task) throw new Error('The task is lost')
    return new Installing(dock, task, site)
  }

  get bytesTransferred(): number {
    return this.#latest.progress.bytesTransferred
  }

  /** Settles once so many bytes of the bundle are written. */
  async untilDownloaded(bytes: number): Promise<void> {
    const progress = this.dock.downloads.watchProgress(this.task.id)
    await firstValueFrom(progress.pipe(filter(({ bytesDownloaded }) => bytesDownloaded >= bytes)))
  }

  /** Of the present run. Anything but a typed error is thrown. */
  async outcome(): Promise<Outcome> {
    try {
      await this.#latest.finished
    } catch (error) {
      if (error instanceof PluginDockError) return `failed: ${error.code}`
      throw error
    }
    return (await this.#hasRightBytes()) ? 'installed the right bytes' : 'installed wrong bytes'
  }

  retry(): Promise<void> {
    return this.dock.downloads.retryDownload(this.task.id)
  }

  close(): Promise<void> {
    return this.dock.close()
  }

  get #latest(): DownloadTask {
    return this.dock.downloads.getTask(this.task.id) ?? this.task
  }

  /** On disk, whatever `load` would say to it, and out of `load`. */
  async #hasRightBytes(): Promise<boolean> {
    const { bytes } = this.#site
    const sealed = await sealedBundles(directoryOf(this.#site))
    if (sealed.length !== 1 || !sealed[0]?.equals(bytes)) return false
    const plugin = await this.dock.plugins.load(PLUGIN_ID)
    const read = await plugin.read()
    await plugin.close()
    return Buffer.from(bytes).equals(read)
  }
}

export function directoryOf({ folder }: Site): string {
  return join(folder, 'dock')
}
