import { useContext, useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { NowContext, useNow } from '../words/clock.js'
import { useFollowing } from '../words/follow.js'
import { useCardWords } from '../words/partWords.js'
import { remainingText } from '../words/remaining.js'
import { type RemainingView, SteadyRemaining } from '../words/steadyRemaining.js'
import type { CardWords } from '../words/words.js'
import { type Group, groupsOf, isUnsettled, nextPlaces, type Places } from './groups.js'
import { NO_BATCH, nextBatch, type Totals } from './totals.js'

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

/** Groups, totals and words of a list, ready to be drawn any way you like. */
export function useDownloadList(downloads: readonly DownloadProgress[]): DownloadListModel {
  const words = useCardWords()
  const clock = useContext(NowContext)
  const now = clock()
  const [rows] = useState(() => new RowPlaces())
  const places = rows.next(downloads, now)
  // time alone will move them
  useNow(isUnsettled(places))
  const { totals } = useFollowing(NO_BATCH, downloads, nextBatch)
  const remaining = useRemaining(totals, now)
  const isAtWork = downloads.some(({ state }) => !AT_REST.has(state))
  return {
    groups: groupsOf(downloads, places, now),
    totals,
    ...textsOf(totals, remaining, words),
    canPause: isAtWork,
    canResume: !isAtWork && downloads.some(({ state }) => state === 'paused'),
    // long after this was drawn, where nothing moves
    touch: (taskId) => rows.touch(taskId, clock()),
  }
}

/** Where the rows are. Asked again about the same downloads at the same time it answers the same. */
class RowPlaces {
  #places: Places = new Map()
  readonly #touched = new Map<string, number>()

  next(downloads: readonly DownloadProgress[], now: number): Places {
    for (const [taskId, at] of this.#touched) if (now - at >= URGENT_MS) this.#touched.delete(taskId)
    this.#places = nextPlaces(this.#places, downloads, now, new Set(this.#touched.keys()))
    return this.#places
  }

  touch(taskId: string, now: number): void {
    this.#touched.set(taskId, now)
  }
}

const AT_REST: ReadonlySet<DownloadProgress['state']> = new Set<DownloadProgress['state']>([
  'paused',
  'failed',
  'installed',
  'rolledBack',
  'cancelled',
])

function textsOf(totals: Totals, remaining: RemainingView, words: CardWords) {
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
function useRemaining(totals: Totals, now: number): RemainingView {
  const [steady] = useState(() => new SteadyRemaining())
  return useFollowing<RemainingView, Totals | undefined>(
    undefined,
    totals.isMoving ? totals : undefined,
    (_, moving) => (moving ? steady.next(estimateOf(moving), now) : steady.stop()),
  )
}

function estimateOf({ doneBytes, totalBytes, bytesPerSecond }: Totals): number | undefined {
  return bytesPerSecond > 0 ? ((totalBytes - doneBytes) * 1000) / bytesPerSecond : undefined
}
