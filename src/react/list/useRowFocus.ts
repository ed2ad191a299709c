import { type FocusEvent, useEffect, useRef, useState } from 'react'

/** Which row is the list's one tab stop, and where the focus goes when its row moves or leaves. */
export function useRowFocus(taskIds: readonly string[]) {
  const list = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const held = useRef<{ readonly taskId: string; readonly at: number }>(undefined)
  /** A row that is about to be in the page. */
  const awaited = useRef<string>(undefined)
  const [wanted, setWanted] = useState<string>()
  const order = taskIds.join('\n')
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
  useEffect(() => {
    const known = order === '' ? [] : order.split('\n')
    const before = held.current
    if (!before || !list.current || document.activeElement !== document.body) return
    const next = known.includes(before.taskId) ? before.taskId : known[Math.min(before.at, known.length - 1)]
    const row = next === undefined ? undefined : rowOf(list.current, next)
    const target = row ?? heading.current
    target?.focus()
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
  return { list, heading, tabStop, go, onFocus, onBlur }
}

function rowOf(list: HTMLElement | null, taskId: string): HTMLElement | null | undefined {
  return list?.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"]`)
}
