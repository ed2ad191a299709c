import { type DownloadCallbacks, usePluginDock } from 'plugdock/react'
import { useMemo } from 'react'
import { usePlayground } from './playgroundContext.js'

/** What a card can do here, in every tab. */
export function useCallbacks(): DownloadCallbacks {
  const { downloads } = usePluginDock()
  const { complain, open } = usePlayground()
  return useMemo(() => {
    const command = (run: (taskId: string) => Promise<unknown>) => (taskId: string) => void run(taskId).catch(complain)
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
  }, [downloads, complain, open])
}
