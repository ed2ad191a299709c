import { type ReactNode, useCallback, useState } from 'react'
import type { DownloadCardProps } from '../card/DownloadCard.js'
import { DownloadCard } from '../card/DownloadCard.js'
import { NotifyOffer } from '../notices/NotifyOffer.js'
import { ConsentLater, FreeSpaceLater, useDialogsAhead } from './DockDialogs.js'
import { usePluginDock } from './dockContext.js'
import { ignore } from './ignore.js'
import { useIsRemoved } from './isRemoved.js'
import { rollbackFacts } from './rollbackFacts.js'
import { sourceHostOf, sourceUrlOf } from './taskSources.js'
import { useDockCallbacks } from './useDockCallbacks.js'
import { useDownload } from './useDownloads.js'
import { useHeldBack } from './useHeldBack.js'
import { usePlugin } from './useInstalled.js'
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
  children,
  progress,
  onError,
  ...own
}: ConnectedProps): ReactNode {
  const dock = usePluginDock()
  const maxConcurrentDownloads = useMaxConcurrentDownloads()
  const limitBytesPerSecond = useHeldBack()
  const [opened, setOpened] = useState<'space' | 'consent'>()
  const close = useCallback(() => setOpened(undefined), [])
  useDialogsAhead([progress])
  const makeRoom = () => setOpened('space')
  const ask = () => setOpened('consent')
  const dialogs = { onFreeSpace: makeRoom, onShowPlugins: makeRoom, onConsentOptions: ask }
  const callbacks = useDockCallbacks({ ...dialogs, ...own }, onError)
  const rollback = rollbackFacts(progress, usePlugin(progress.pluginId ?? ''))
  const isRemoved = useIsRemoved(progress)
  const task = dock.downloads.getTask(progress.taskId)
  const fallbackName = sourceHostOf(task)
  const isSourceGone = sourceUrlOf(task) === undefined && !own.onDownloadAgain && !own.onTryVersion
  const view = { icon, headingLevel, isRow, className }
  const { budgetBytes } = dock.storage
  return (
    <>
      <DownloadCard
        {...view}
        {...callbacks}
        progress={progress}
        facts={{
          fallbackName,
          maxConcurrentDownloads,
          budgetBytes,
          rollback,
          limitBytesPerSecond,
          isSourceGone,
          isRemoved,
          ...facts,
        }}
      >
        <NotifyOffer progress={progress} />
        {children}
      </DownloadCard>
      {opened === 'space' ? <FreeSpaceLater taskId={progress.taskId} onClose={close} onError={onError} /> : null}
      {opened === 'consent' ? <ConsentLater taskId={progress.taskId} onClose={close} onError={onError} /> : null}
    </>
  )
}

interface ConnectedProps extends DownloadCardProps {
  readonly onError: (error: unknown) => void
}
