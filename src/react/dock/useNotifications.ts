import { useMemo, useSyncExternalStore } from 'react'
import { usePluginDock } from './dockContext.js'
import { noticesOf } from './dockStores.js'
import type { NoticeList } from './noticeBoard.js'

export interface Notifications extends NoticeList {
  /** None of them is new any more. */
  readonly markRead: () => void
  readonly dismiss: (id: string) => void
  readonly clear: () => void
}

const NONE: NoticeList = { notices: [], newCount: 0 }

/** What the dock told since its provider is there; newest first. The same object until one comes or goes. */
export function useNotifications(): Notifications {
  const board = noticesOf(usePluginDock())
  const list = useSyncExternalStore(board.subscribe, board.getSnapshot, () => NONE)
  return useMemo(() => {
    const { markRead, dismiss, clear } = board
    return { ...list, markRead, dismiss, clear }
  }, [board, list])
}
