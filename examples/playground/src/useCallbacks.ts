import { type DownloadCallbacks, usePluginDock } from 'plugdock/react'
import { useMemo } from 'react'
import { usePlayground } from './playgroundContext.js'

/** What a card can do here. A tab that follows offers only what it can. */
export function useCallbacks(): DownloadCallbacks {
  const { downloads } = usePluginDock()
  const { isFollower, complain, open } = usePlayground()
  return useMemo(() => {
    const command = (run: (taskId: string) => Promise<unknown>) =>
      isFollower ? undefined : (taskId: string) => void run(taskId).catch(complain)
    return {
      onPause: command((taskId) => downloads.pauseDownload(taskId)),
      onResume: command((taskId) => downloads.resumeDownload(taskId)),
      onCancel: command((taskId) => downloads.cancelDownload(taskId)),
      onRetry: command((taskId) => downloads.retryDownload(taskId)),
      onDismiss: command((taskId) => downloads.dismissDownload(taskId)),
      onStartNow: command((taskId) => downloads.reprioritize(taskId, 1_000_000)),
      onApprove: command((taskId) => downloads.approveDownload(taskId)),
      onDownloadAgain: command(async (taskId) => {
        const source = downloads.getTask(taskId)?.source
        if (source === undefined) return
        await downloads.startDownload(source)
        await downloads.dismissDownload(taskId)
      }),
      onOpen: (taskId) => {
        const pluginId = downloads.getTask(taskId)?.pluginId
        if (pluginId !== undefined) open(pluginId)
      },
    }
  }, [downloads, isFollower, complain, open])
}
