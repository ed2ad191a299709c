import type { ReactNode } from 'react'
import type { DownloadCardProps } from '../card/DownloadCard.js'
import { DownloadCard } from '../card/DownloadCard.js'
import { usePluginDock } from './dockContext.js'
import { ignore } from './ignore.js'
import { useDockCallbacks } from './useDockCallbacks.js'
import { useDownload } from './useDownloads.js'
import { useMaxConcurrentDownloads } from './useSupervisor.js'

export interface DockDownloadCardProps extends Omit<DownloadCardProps, 'progress'> {
  readonly taskId: string
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The card of one task of the dock; nothing where there is no such task. */
export function DockDownloadCard({ taskId, onError = ignore, ...props }: DockDownloadCardProps): ReactNode {
  const progress = useDownload(taskId)
  return progress ? <Connected {...props} progress={progress} onError={onError} /> : null
}

function Connected({
  facts,
  icon,
  headingLevel,
  isRow,
  className,
  progress,
  onError,
  ...own
}: ConnectedProps): ReactNode {
  const dock = usePluginDock()
  const maxConcurrentDownloads = useMaxConcurrentDownloads()
  const callbacks = useDockCallbacks(own, onError)
  const fallbackName = hostOf(dock.downloads.getTask(progress.taskId)?.source)
  const view = { icon, headingLevel, isRow, className }
  return (
    <DownloadCard
      {...view}
      {...callbacks}
      progress={progress}
      facts={{ fallbackName, maxConcurrentDownloads, ...facts }}
    />
  )
}

interface ConnectedProps extends DownloadCardProps {
  readonly onError: (error: unknown) => void
}

function hostOf(source: string | undefined): string | undefined {
  return source !== undefined && URL.canParse(source) ? new URL(source).host : undefined
}
