import { type ReactNode, useCallback, useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { DownloadList } from '../list/DownloadList.js'
import type { DownloadListProps } from '../list/listProps.js'
import { NotifyOffer } from '../notices/NotifyOffer.js'
import { ConsentLater, FreeSpaceLater, useDialogsAhead } from './DockDialogs.js'
import { usePluginDock } from './dockContext.js'
import { ignore } from './ignore.js'
import { isRemoved } from './isRemoved.js'
import { rollbackFacts } from './rollbackFacts.js'
import { sourceUrlOf } from './taskSources.js'
import { useDockCallbacks } from './useDockCallbacks.js'
import { useDownloads } from './useDownloads.js'
import { useHeldBack } from './useHeldBack.js'
import { useLibrary } from './useInstalled.js'
import { useMove } from './useMove.js'
import { useBandwidthPolicy } from './useNetwork.js'
import { useMaxConcurrentDownloads } from './useSupervisor.js'

export interface DockDownloadListProps extends Omit<DownloadListProps, 'downloads' | 'onPauseAll' | 'onResumeAll'> {
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The list of all tasks of the dock. Making room and the OK for limited data come with it; an app's own callbacks go first. */
export function DockDownloadList({ onError = ignore, facts, ...props }: DockDownloadListProps): ReactNode {
  const { downloads: manager, storage } = usePluginDock()
  const downloads = useDownloads()
  const library = useLibrary()
  useDialogsAhead(downloads)
  const maxConcurrentDownloads = useMaxConcurrentDownloads()
  const callbacks = useDockCallbacks({}, onError)
  const [needy, setNeedy] = useState<string>()
  const [isAsking, setAsking] = useState(false)
  const closeSpace = useCallback(() => setNeedy(undefined), [])
  const closeQuestion = useCallback(() => setAsking(false), [])
  const limitBytesPerSecond = useHeldBack()
  const { policy } = useBandwidthPolicy()
  const move = useMove(onError)
  const startsItself = Boolean(props.onDownloadAgain || props.onTryVersion)
  const factsOf = (progress: DownloadProgress) => ({
    isSourceGone: !startsItself && sourceUrlOf(manager.getTask(progress.taskId)) === undefined,
    budgetBytes: storage.budgetBytes,
    limitBytesPerSecond,
    isRemoved: isRemoved(progress, library),
    rollback: rollbackFacts(
      progress,
      library?.find(({ plugin }) => plugin.pluginId === progress.pluginId),
    ),
    ...facts?.(progress),
  })
  return (
    <>
      <DownloadList
        maxConcurrentDownloads={maxConcurrentDownloads}
        onFreeSpace={setNeedy}
        onShowPlugins={setNeedy}
        onConsentOptions={() => setAsking(true)}
        onMove={move}
        limitBytesPerSecond={policy.limitBytesPerSecond}
        extra={(progress, isTabStop) => <NotifyOffer progress={progress} isTabStop={isTabStop} />}
        {...callbacks}
        {...props}
        facts={factsOf}
        downloads={downloads}
        onPauseAll={() => void manager.pauseAll().catch(onError)}
        onResumeAll={() => void manager.resumeAll().catch(onError)}
      />
      {needy === undefined ? null : <FreeSpaceLater taskId={needy} onClose={closeSpace} onError={onError} />}
      {isAsking ? <ConsentLater onClose={closeQuestion} onError={onError} /> : null}
    </>
  )
}
