import { type FocusEvent, useEffect, useRef, useState } from 'react'
import { hasLeft } from './hasLeft.js'

/** Which row is the list's one tab stop, and where the focus goes when its row moves or leaves. */
export function useRowFocus(taskIds: readonly string[]) {
  const list = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const held = useRef<{ readonly taskId: string; readonly at: number }>(undefined)
  /** A row that is about to be in the page. */
  const awaited = useRef<string>(undefined)
  const [wanted, setWanted] = useState<string>()
  const rowWith = (element: Element) => {
    const taskId = element.closest<HTMLElement>('[data-task]')?.dataset.task
    return taskId === undefined ? undefined : { taskId, at: taskIds.indexOf(taskId) }
  }
  const go = (taskId: string) => {
    const row = rowOf(list.current, taskId)
    awaited.current = row ? undefined : taskId
    if (row) row.focus()
    else setWanted(taskId)
  }
  useEffect(() => {
    if (awaited.current === undefined || awaited.current !== wanted) return
    awaited.current = undefined
    rowOf(list.current, wanted)?.focus()
  }, [wanted])
  // after each drawing: a row that moves to another group, or a button that goes, takes the focus with it
  useEffect(() => {
    const active = document.activeElement
    // rows have moved; and what a dialog that closes gives back, React does not tell
    if (active && list.current?.contains(active)) held.current = rowWith(active)
    const before = held.current
    if (!before || !list.current || active !== document.body) return
    const next = taskIds.includes(before.taskId) ? before.taskId : taskIds[Math.min(before.at, taskIds.length - 1)]
    const row = next === undefined ? undefined : rowOf(list.current, next)
    const target = row ?? heading.current
    target?.focus()
  })
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    held.current = rowWith(target)
    if (held.current) setWanted(held.current.taskId)
  }
  const onBlur = (event: FocusEvent<HTMLElement>) => {
    if (hasLeft(event)) held.current = undefined
  }
  const tabStop = wanted !== undefined && taskIds.includes(wanted) ? wanted : taskIds[0]
  return { list, heading, tabStop, go, onFocus, onBlur }
}

function rowOf(list: HTMLElement | null, taskId: string): HTMLElement | null | undefined {
  return list?.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"]`)
}
