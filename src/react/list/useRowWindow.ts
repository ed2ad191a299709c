import { type RefObject, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { nextFrame } from '../words/frame.js'
import { RowHeights, type RowWindow, type Span, windowOf } from './rowWindow.js'

/** How high a row is as long as none was measured. */
export const GUESS_PX = 104
/** Beyond what is in sight, so that a turn of the wheel finds rows. */
const MARGIN_PX = 400
/** Before anything was measured, and on a server. */
const FIRST: Span = { from: 0, to: 10 * GUESS_PX }

interface RowWindowView extends RowWindow {
  readonly list: RefObject<HTMLUListElement | null>
  /** For each mounted row. */
  readonly measure: (element: HTMLLIElement | null) => (() => void) | undefined
}

/** Mounts of a long list what is in sight, and the rows of `kept`; all of a list that is not long. */
export function useRowWindow(taskIds: readonly string[], isLong: boolean, kept: ReadonlySet<number>): RowWindowView {
  const list = useRef<HTMLUListElement>(null)
  const [sight] = useState(() => new Sight())
  useSyncExternalStore(sight.subscribe, sight.changes, sight.changes)
  const [look] = useState(() => {
    const lookNow = () => sight.look(list.current)
    return () => nextFrame(lookNow)
  })
  // what changes above it moves it, and no scrolling tells of that
  useEffect(() => {
    if (isLong) look()
  })
  useEffect(() => {
    if (!isLong) return
    // of whatever scrolls around the list
    document.addEventListener('scroll', look, { capture: true, passive: true })
    addEventListener('resize', look)
    return () => {
      document.removeEventListener('scroll', look, { capture: true })
      removeEventListener('resize', look)
    }
  }, [isLong, look])
  const measure = useCallback(
    (element: HTMLLIElement | null) => {
      if (!element) return
      const observer = new ResizeObserver(([entry]) =>
        sight.learn(element.dataset.task ?? '', entry?.borderBoxSize[0]?.blockSize ?? 0),
      )
      observer.observe(element)
      return () => observer.disconnect()
    },
    [sight],
  )
  const rows = isLong ? windowOf(sight.heights.of(taskIds), sight.span, kept) : windowOfAll(taskIds.length)
  return { ...rows, list, measure }
}

/** What of a list is in sight, and how high its rows are; a store, so that it is drawn in one commit with news. */
class Sight {
  readonly heights = new RowHeights(GUESS_PX)
  span = FIRST
  readonly #listeners = new Set<() => void>()
  #changes = 0

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly changes = (): number => this.#changes

  look(list: HTMLElement | null): void {
    const top = list?.getBoundingClientRect().top ?? 0
    const next = { from: -top - MARGIN_PX, to: document.documentElement.clientHeight - top + MARGIN_PX }
    // a little is no news: what is in sight is inside either way
    if (isNear(this.span.from, next.from) && isNear(this.span.to, next.to)) return
    this.span = next
    this.#tell()
  }

  learn(taskId: string, height: number): void {
    if (this.heights.learn(taskId, height)) nextFrame(this.#tell)
  }

  readonly #tell = (): void => {
    this.#changes++
    for (const listener of [...this.#listeners]) listener()
  }
}

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) < MARGIN_PX / 4
}

function windowOfAll(count: number): RowWindow {
  const shown = Array.from({ length: count }, (_, index) => index)
  return { shown, gaps: shown.map(() => 0), rest: 0 }
}
