import type { ReactNode } from 'react'
import { DownloadList } from '../list/DownloadList.js'
import type { DownloadListProps } from '../list/listProps.js'
import { usePluginDock } from './dockContext.js'
import { ignore } from './ignore.js'
import { useDockCallbacks } from './useDockCallbacks.js'
import { useDownloads } from './useDownloads.js'
import { useMaxConcurrentDownloads } from './useSupervisor.js'

export interface DockDownloadListProps extends Omit<DownloadListProps, 'downloads' | 'onPauseAll' | 'onResumeAll'> {
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The list of all tasks of the dock. */
export function DockDownloadList({ onError = ignore, ...props }: DockDownloadListProps): ReactNode {
  const { downloads: manager } = usePluginDock()
  const downloads = useDownloads()
  const maxConcurrentDownloads = useMaxConcurrentDownloads()
  const callbacks = useDockCallbacks({}, onError)
  return (
    <DownloadList
      maxConcurrentDownloads={maxConcurrentDownloads}
      {...callbacks}
      {...props}
      downloads={downloads}
      onPauseAll={() => void manager.pauseAll().catch(onError)}
      onResumeAll={() => void manager.resumeAll().catch(onError)}
    />
  )
}
