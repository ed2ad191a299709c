import { useMemo } from 'react'
import type { PluginDock } from '../../dock/types.js'
import type { DownloadCallbacks } from '../card/actions.js'
import { notePress } from '../live/speech.js'
import { usePluginDock } from './dockContext.js'

/** What a dock can do by itself; all else is the app's. */
type DockCallbacks = Required<
  Pick<
    DownloadCallbacks,
    | 'onPause'
    | 'onResume'
    | 'onCancel'
    | 'onRetry'
    | 'onDismiss'
    | 'onStartNow'
    | 'onApprove'
    | 'onDownloadAgain'
    | 'onTryVersion'
  >
>

/** Ahead of whatever an app starts with an ordinary priority. */
const FIRST = 1_000_000

/** The dock's answers to the actions of a card. The app's own come first; those it sets to `undefined` are not offered. */
export function useDockCallbacks(own: DownloadCallbacks, onError: (error: unknown) => void): DownloadCallbacks {
  const dock = usePluginDock()
  const callbacks = useMemo(() => callbacksOf(dock, onError), [dock, onError])
  return { ...callbacks, ...own }
}

function callbacksOf(dock: PluginDock, onError: (error: unknown) => void): DockCallbacks {
  const { downloads, plugins } = dock
  const command = (run: (taskId: string) => Promise<unknown>) => (taskId: string) => {
    notePress(dock, taskId, Date.now())
    run(taskId).catch(onError)
  }
  return {
    onPause: command((taskId) => downloads.pauseDownload(taskId)),
    onResume: command((taskId) => downloads.resumeDownload(taskId)),
    onCancel: command((taskId) => downloads.cancelDownload(taskId)),
    onRetry: command((taskId) => downloads.retryDownload(taskId)),
    onDismiss: command((taskId) => downloads.dismissDownload(taskId)),
    onStartNow: command((taskId) => downloads.reprioritize(taskId, FIRST)),
    onApprove: command((taskId) => downloads.approveDownload(taskId)),
    onTryVersion: command(async (taskId) => {
      const task = downloads.getTask(taskId)
      if (!task) return
      const { source, pluginId, version } = task
      if (pluginId !== undefined && version !== undefined) await plugins.release(pluginId, version)
      // its bytes are here: nothing is sent
      await downloads.startDownload(source)
      await downloads.dismissDownload(taskId)
    }),
    onDownloadAgain: command(async (taskId) => {
      const source = downloads.getTask(taskId)?.source
      if (source === undefined) return
      await downloads.startDownload(source)
      await downloads.dismissDownload(taskId)
    }),
  }
}
