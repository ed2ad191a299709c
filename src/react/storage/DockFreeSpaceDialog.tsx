import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { EvictionItem, EvictionPlan } from '../../domain/evictionPlan.js'
import type { DownloadState } from '../../domain/progress.js'
import { useLatest } from '../dialog/useLatest.js'
import { useOnce } from '../dialog/useOnce.js'
import { usePluginDock } from '../dock/dockContext.js'
import { ignore } from '../dock/ignore.js'
import { useDownload } from '../dock/useDownloads.js'
import { useLibrary, useStorage } from '../dock/useInstalled.js'
import { speechOf } from '../live/speech.js'
import { useWords } from '../words/wordsContext.js'
import { FreeSpaceDialog, type FreeSpaceDialogProps } from './FreeSpaceDialog.js'
import type { FreeSpaceSelection } from './useFreeSpace.js'

export interface DockFreeSpaceDialogProps extends Pick<FreeSpaceDialogProps, 'icon' | 'onClose'> {
  /** The download that waits for room: it goes on by itself when there is. */
  readonly taskId?: string | undefined
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The download has the room it lacked, or wants it no more. While it asks again it is `queued`, which says nothing. */
const OVER: ReadonlySet<DownloadState | undefined> = new Set<DownloadState>([
  'downloading',
  'verifying',
  'installing',
  'installed',
  'rolledBack',
  'cancelled',
])

/** Makes room on the dock's storage. Open while it is mounted; closes by itself where its download lacks room no more. */
export function DockFreeSpaceDialog(props: DockFreeSpaceDialogProps): ReactNode {
  const { taskId = '', icon, onClose, onError = ignore } = props
  const dock = usePluginDock()
  const { messages, say, bytes } = useWords()
  const { plan, isUnreadable } = useEvictable(onError)
  const plugins = useLibrary()
  const space = useStorage()
  const download = useDownload(taskId)
  const name = download && (download.name ?? download.pluginId)
  const close = useOnce(onClose)
  const isRemoving = useRef(false)
  const isOver = OVER.has(download?.state)
  useEffect(() => {
    // nothing more is offered to go; what was chosen is told when it has gone
    if (isOver && !isRemoving.current) close()
  }, [isOver, close])
  if (!plan || !(plugins || isUnreadable)) return null
  const remove = async (selection: FreeSpaceSelection) => {
    isRemoving.current = true
    try {
      await removeChosen(selection)
    } finally {
      isRemoving.current = false
    }
  }
  const removeChosen = async ({ items, pinnedPluginIds }: FreeSpaceSelection) => {
    const before = await dock.storage.getUsedSpace()
    const pinned = pinnedPluginIds.map((pluginId) => ({ kind: 'plugin', pluginId, sizeBytes: 0 }) as const)
    const chosen = [...items, ...pinned]
    // together: else the download would make room by itself with what was not chosen
    const gone = await dock.storage.evictItems(chosen, { evenPinned: pinned.length > 0 })
    // in use since, or pinned elsewhere
    if (!chosen.every((item) => isAmong(gone.items, item)))
      throw new Error('Not everything that was chosen could be removed')
    const size = bytes(Math.max(0, before - (await dock.storage.getUsedSpace())))
    const { goesOn, freed } = messages.freeSpace
    speechOf(dock).next(say(name === undefined ? freed : goesOn, { size, name }) ?? '')
    // one that waits goes on by itself; one that gave up does not
    if (download?.state === 'failed') await dock.downloads.retryDownload(taskId)
  }
  return (
    <FreeSpaceDialog
      plan={plan}
      isUnreadable={isUnreadable}
      plugins={plugins ?? NO_PLUGINS}
      space={space}
      bytesNeeded={download?.waitingFor?.bytesNeeded}
      name={name}
      icon={icon}
      onRemove={remove}
      onClose={close}
    />
  )
}

/** Of leftovers it is enough that they are there no more. */
function isAmong(gone: readonly EvictionItem[], { kind, pluginId, version }: EvictionItem): boolean {
  if (kind === 'orphan') return true
  return gone.some((item) => {
    const isSame = item.kind === kind && item.pluginId === pluginId
    return isSame && (version === undefined || item.version === version)
  })
}

interface Evictable {
  readonly plan: EvictionPlan | undefined
  readonly isUnreadable: boolean
}

const NO_PLAN: EvictionPlan = { bytesToFree: 0, bytesFreed: 0, sufficient: false, items: [] }
const NO_PLUGINS = [] as const

/** All that may go, asked again when what is stored changes. */
function useEvictable(onError: (error: unknown) => void): Evictable {
  const { storage } = usePluginDock()
  const [answer, setAnswer] = useState<Evictable>({ plan: undefined, isUnreadable: false })
  const fail = useLatest(onError)
  useEffect(() => {
    let isCurrent = true
    const ask = () => {
      const asked = storage.planEviction(Number.MAX_SAFE_INTEGER)
      asked.then(
        (plan) => isCurrent && setAnswer({ plan, isUnreadable: false }),
        (error: unknown) => {
          if (!isCurrent) return
          setAnswer({ plan: NO_PLAN, isUnreadable: true })
          fail(error)
        },
      )
    }
    const changes = storage.changes.subscribe(ask)
    ask()
    return () => {
      isCurrent = false
      changes.unsubscribe()
    }
  }, [storage, fail])
  return answer
}
