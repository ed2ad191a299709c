import type { DownloadTask, PluginDock } from '../dock/types.js'
import { asPluginDockError } from '../domain/failure.js'
import type { InstalledPlugin } from '../domain/plugin.js'
import type { DownloadProgress } from '../domain/progress.js'
import { EXIT, type ExitStatus } from './exitStatus.js'
import { type CliIo, writeLine } from './io.js'
import type { ProgressReporter } from './progress/reporter.js'

const INTERRUPTED = 'Interrupted. What was downloaded is kept; the same command goes on from there.'

export interface InstallOrder {
  /** URLs, and what was typed for them. */
  readonly sources: ReadonlyMap<string, string>
  readonly allowDowngrade: boolean
}

/**
 * Installs from several sources at once; one that fails stops no other. Where the person interrupts, everything is paused, so that the next run goes on.
 */
export async function installAll(
  io: CliIo,
  dock: PluginDock,
  { sources, allowDowngrade }: InstallOrder,
  reporter: ProgressReporter,
): Promise<ExitStatus> {
  const stop = new Promise<'interrupted'>((resolve) => {
    if (io.signal.aborted) resolve('interrupted')
    io.signal.addEventListener('abort', () => resolve('interrupted'), { once: true })
  })
  const notices = dock.notifications.subscribe(({ type, message }) => {
    if (type === 'evicted') writeLine(io.stderr, message)
  })
  const runs = [...sources].map(([url, source]) => installOne(io, dock, { url, source, allowDowngrade }, reporter))
  const outcome = await Promise.race([Promise.all(runs), stop])
  if (outcome === 'interrupted') await dock.downloads.pauseAll()
  notices.unsubscribe()
  reporter.close()
  if (outcome !== 'interrupted') return outcome.every(Boolean) ? EXIT.done : EXIT.failed
  writeLine(io.stderr, INTERRUPTED)
  return EXIT.interrupted
}

/** Whether it was installed. */
async function installOne(
  { signal }: CliIo,
  { downloads }: PluginDock,
  { url, source, allowDowngrade }: { url: string; source: string; allowDowngrade: boolean },
  reporter: ProgressReporter,
): Promise<boolean> {
  let task: DownloadTask | undefined
  try {
    task = await downloads.startDownload(url, { initiator: 'user', allowDowngrade })
    reporter.installed(source, await watched(downloads, task, (progress) => reporter.update(source, progress)))
    return true
  } catch (error) {
    // what interrupting ends has not failed
    if (signal.aborted) return false
    const { code, message } = asPluginDockError(error)
    reporter.failed(source, { pluginId: task?.pluginId, code, message })
    return false
  }
}

async function watched(
  downloads: PluginDock['downloads'],
  task: DownloadTask,
  onProgress: (progress: DownloadProgress) => void,
): Promise<InstalledPlugin> {
  const watching = downloads.watchProgress(task.id).subscribe(onProgress)
  try {
    return await task.finished
  } finally {
    watching.unsubscribe()
  }
}
