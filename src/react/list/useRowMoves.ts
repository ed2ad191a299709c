import { type RefObject, useState } from 'react'
import { useBeforePaint } from '../dialog/useBeforePaint.js'

const MOVE_MS = 200
const STILL = '(prefers-reduced-motion: reduce)'

/** Rows that change their place glide there; not where less motion is wanted, nor in a list of which parts are shown. */
export function useRowMoves(list: RefObject<HTMLElement | null>, taskIds: readonly string[], isLong: boolean): void {
  const order = taskIds.join('\n')
  const [held] = useState<{ order: string; tops: ReadonlyMap<string, number> | undefined }>(() => ({
    order,
    tops: undefined,
  }))
  // measured before they move: while this is drawn the page still shows the order before
  if (held.order !== order) {
    held.order = order
    held.tops = isLong ? undefined : topsOf(list.current)
  }
  useBeforePaint(() => {
    const { tops } = held
    held.tops = undefined
    if (!tops || matchMedia(STILL).matches) return
    const now = topsOf(list.current)
    for (const row of rowsOf(list.current)) {
      const taskId = row.dataset.task ?? ''
      const [before, after] = [tops.get(taskId), now.get(taskId)]
      if (before !== undefined && after !== undefined) glide(row, before - after)
    }
  })
}

function glide(row: HTMLElement, distance: number): void {
  if (Math.abs(distance) < 1) return
  const easing = getComputedStyle(row).getPropertyValue('--pd-ease') || 'ease'
  row.animate([{ transform: `translateY(${distance}px)` }, { transform: 'none' }], { duration: MOVE_MS, easing })
}

/** From the list's edge, so that a page that scrolls meanwhile moves nothing. */
function topsOf(list: HTMLElement | null): ReadonlyMap<string, number> {
  const edge = list?.getBoundingClientRect().top ?? 0
  return new Map(rowsOf(list).map((row) => [row.dataset.task ?? '', row.getBoundingClientRect().top - edge]))
}

function rowsOf(list: HTMLElement | null): readonly HTMLElement[] {
  return list ? [...list.querySelectorAll<HTMLElement>('[data-task]')] : []
}
