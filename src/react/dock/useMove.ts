import { useCallback, useRef } from 'react'
import type { PluginDock, PluginDownloadManager } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import { type Direction, prioritiesAfter, type Turn } from '../list/turns.js'
import { speechOf } from '../live/speech.js'
import { useCardWords } from '../words/partWords.js'
import { usePluginDock } from './dockContext.js'
import { allDownloads } from './dockStores.js'

/**
 * Lets one that waits for its turn change places with the one before or after it, and says which turn it has. One move
 * after the other: a key that is held down counts each time.
 */
export function useMove(onError: (error: unknown) => void): (taskId: string, direction: Direction) => void {
  const dock = usePluginDock()
  const { messages, say } = useCardWords()
  const underWay = useRef(Promise.resolve())
  return useCallback(
    (taskId, direction) => {
      const move = async () => {
        const place = await moveTurn(dock, taskId, direction)
        const name = dock.downloads.getTask(taskId)?.progress.name
        const text = say(messages.spoken.turn, { name, n: place })
        if (text !== undefined) speechOf(dock).next(text)
      }
      underWay.current = underWay.current.then(move).catch(onError)
    },
    [dock, messages, say, onError],
  )
}

/** The place that it has then; `undefined` where nothing changed. */
async function moveTurn(dock: PluginDock, taskId: string, direction: Direction): Promise<number | undefined> {
  const turns = turnsOf(allDownloads(dock).getSnapshot(), dock.downloads)
  const changes = prioritiesAfter(turns, taskId, direction)
  if (changes.size === 0) return undefined
  await Promise.all([...changes].map(([id, priority]) => dock.downloads.reprioritize(id, priority)))
  return turns.findIndex((turn) => turn.taskId === taskId) + (direction === 'earlier' ? 0 : 2)
}

/** In their order: as the core has it, from what it knows now. */
function turnsOf(all: readonly DownloadProgress[], downloads: PluginDownloadManager): readonly Turn[] {
  return all
    .flatMap(({ taskId, waitingFor }, arrival) => {
      const priority = downloads.getTask(taskId)?.priority ?? 0
      return waitingFor?.position === undefined ? [] : [{ taskId, arrival, priority }]
    })
    .sort((left, right) => right.priority - left.priority || left.arrival - right.arrival)
}
