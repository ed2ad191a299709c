import { useEffect, useRef, useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { useNow } from '../words/clock.js'
import { nextFrame } from '../words/frame.js'
import { remainingText } from '../words/remaining.js'
import { type RemainingView, SteadyRemaining } from '../words/steadyRemaining.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import { type Group, groupsOf, isUnsettled, nextPlaces, type Places } from './groups.js'
import { type Batch, NO_BATCH, nextBatch, type Totals } from './totals.js'

/** A list without its looks. */
export interface DownloadListModel {
  readonly groups: readonly Group[]
  readonly totals: Totals
  /** `48 of 102 MB`; `undefined` at rest. */
  readonly sum: string | undefined
  readonly remaining: string | undefined
  readonly unknownSizes: string | undefined
  /** Whether there is something to pause, or else to resume. */
  readonly canPause: boolean
  readonly canResume: boolean
  /** A person did something about this row: it may move at once. */
  touch(taskId: string): void
}

/** How long a person's deed counts as the cause of what follows. */
const URGENT_MS = 5000

const NO_PLACES: Places = new Map()

/** Groups, totals and words of a list, ready to be drawn any way you like. */
export function useDownloadList(downloads: readonly DownloadProgress[]): DownloadListModel {
  const words = useWords()
  const touched = useRef(new Map<string, number>())
  const [places, setPlaces] = useState<Places>(NO_PLACES)
  const batch = useBatch(downloads)
  const now = useNow(isUnsettled(places))
  const remaining = useRemaining(batch.totals)
  useEffect(() => {
    const urgent = new Set([...touched.current].filter(([, at]) => now - at < URGENT_MS).map(([taskId]) => taskId))
    setPlaces((last) => nextPlaces(last, downloads, now, urgent))
  }, [downloads, now])
  const { totals } = batch
  const isAtWork = downloads.some(({ state }) => !AT_REST.has(state))
  return {
    groups: groupsOf(downloads, places, now),
    totals,
    ...textsOf(totals, remaining, words),
    canPause: isAtWork,
    canResume: !isAtWork && downloads.some(({ state }) => state === 'paused'),
    touch: (taskId) => void touched.current.set(taskId, now),
  }
}

/** Follows in the same commit: a list that moves is not drawn twice. */
function useBatch(downloads: readonly DownloadProgress[]): Batch {
  const [held, setHeld] = useState(() => ({ downloads, batch: nextBatch(NO_BATCH, downloads) }))
  if (held.downloads === downloads) return held.batch
  const batch = nextBatch(held.batch, downloads)
  setHeld({ downloads, batch })
  return batch
}

const AT_REST: ReadonlySet<DownloadProgress['state']> = new Set<DownloadProgress['state']>([
  'paused',
  'failed',
  'installed',
  'rolledBack',
  'cancelled',
])

function textsOf(totals: Totals, remaining: RemainingView, words: Words) {
  const { figures, list, remaining: said } = words.messages
  const { doneBytes, totalBytes, unknownSizes } = totals
  const text = remaining === 'calculating' ? words.say(said.calculating) : remaining && remainingText(remaining, words)
  return {
    sum: totalBytes > 0 ? words.say(figures.pair, words.pair(doneBytes, totalBytes)) : undefined,
    remaining: totals.isMoving ? text : undefined,
    unknownSizes: unknownSizes > 0 ? words.say(list.unknownSizes, { n: unknownSizes }) : undefined,
  }
}

/** The time to go of all together, calm. */
function useRemaining({ doneBytes, totalBytes, bytesPerSecond, isMoving }: Totals): RemainingView {
  const [steady] = useState(() => new SteadyRemaining())
  const estimateMs = bytesPerSecond > 0 ? ((totalBytes - doneBytes) * 1000) / bytesPerSecond : undefined
  const [view, setView] = useState<RemainingView>(() =>
    isMoving ? new SteadyRemaining().next(estimateMs, 0) : undefined,
  )
  useEffect(() => {
    if (!isMoving) return steady.stop()
    const next = steady.next(estimateMs, Date.now())
    return nextFrame(() => setView(next))
  }, [steady, isMoving, estimateMs])
  return isMoving ? view : undefined
}
