import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { nextFrame } from '../words/frame.js'
import { RowHeights, type RowWindow, type Span, windowOf } from './rowWindow.js'

const GUESS_PX = 104
/** Beyond what is in sight, so that a turn of the wheel finds rows. */
const MARGIN_PX = 400
/** Before anything was measured, and on a server. */
const FIRST: Span = { from: 0, to: 20 * GUESS_PX }

interface RowWindowView extends RowWindow {
  readonly list: RefObject<HTMLUListElement | null>
  /** For each mounted row. */
  readonly measure: (element: HTMLLIElement | null) => (() => void) | undefined
}

/** Mounts of a long list what is in sight, and the rows of `kept`; all of a list that is not long. */
export function useRowWindow(taskIds: readonly string[], isLong: boolean, kept: ReadonlySet<number>): RowWindowView {
  const list = useRef<HTMLUListElement>(null)
  const [heights] = useState(() => new RowHeights(GUESS_PX))
  const [span, setSpan] = useState(FIRST)
  const [, setMeasured] = useState(0)
  const learned = useFrame(() => setMeasured((count) => count + 1))
  const look = useFrame(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0
    const next = { from: -top - MARGIN_PX, to: document.documentElement.clientHeight - top + MARGIN_PX }
    // a little is no news: what is in sight is inside either way
    setSpan((last) => (Math.abs(last.from - next.from) < MARGIN_PX / 4 ? last : next))
  })
  useEffect(() => {
    if (!isLong) return
    look()
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
      const observer = new ResizeObserver(([entry]) => {
        const height = entry?.borderBoxSize[0]?.blockSize ?? 0
        if (heights.learn(element.dataset.task ?? '', height)) learned()
      })
      observer.observe(element)
      return () => observer.disconnect()
    },
    [heights, learned],
  )
  const rows = isLong ? windowOf(heights.of(taskIds), span, kept) : windowOfAll(taskIds.length)
  return { ...rows, list, measure }
}

function windowOfAll(count: number): RowWindow {
  const shown = Array.from({ length: count }, (_, index) => index)
  return { shown, gaps: shown.map(() => 0), rest: 0 }
}

/** Does it with the next frame, however often it is asked to. */
function useFrame(work: () => void): () => void {
  const latest = useRef(work)
  const callOff = useRef(() => {})
  const run = useCallback(() => latest.current(), [])
  useEffect(() => {
    latest.current = work
  })
  useEffect(() => () => callOff.current(), [])
  return useCallback(() => {
    callOff.current = nextFrame(run)
  }, [run])
}
