import { type FocusEvent, useEffect, useRef, useState } from 'react'
import { rowsOf } from './rowKeys.js'

/** Which row is the list's one tab stop, and where the focus goes when its row moves or leaves. */
export function useRowFocus(taskIds: readonly string[]) {
  const list = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const held = useRef<{ readonly taskId: string; readonly at: number }>(undefined)
  const [wanted, setWanted] = useState<string>()
  const order = taskIds.join('\n')
  useEffect(() => {
    const known = order.split('\n')
    const before = held.current
    if (!before || !list.current || document.activeElement !== document.body) return
    const rows = rowsOf(list.current)
    const at = known.includes(before.taskId) ? known.indexOf(before.taskId) : Math.min(before.at, rows.length - 1)
    const next = rows[at] ?? heading.current
    next?.focus()
  }, [order])
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const taskId = target.closest<HTMLElement>('[data-task]')?.dataset.task
    held.current = taskId === undefined ? undefined : { taskId, at: taskIds.indexOf(taskId) }
    if (taskId !== undefined) setWanted(taskId)
  }
  const onBlur = ({ relatedTarget, currentTarget }: FocusEvent<HTMLElement>) => {
    if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) held.current = undefined
  }
  const tabStop = wanted !== undefined && taskIds.includes(wanted) ? wanted : taskIds[0]
  return { list, heading, tabStop, onFocus, onBlur }
}
