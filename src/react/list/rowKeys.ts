import type { KeyboardEvent } from 'react'

/** Rows that a page of the list is. */
const PAGE = 5

const ACTION_KEYS: Readonly<Record<string, readonly string[]>> = {
  ' ': ['pause', 'resume'],
  Delete: ['cancel', 'dismiss'],
  r: ['tryNow', 'tryAgain', 'checkNow'],
  R: ['tryNow', 'tryAgain', 'checkNow'],
}

/** The row that a key leads to from row `at` of `count`; `undefined` for other keys. */
export function rowAfterKey(key: string, at: number, count: number): number | undefined {
  const last = count - 1
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, at - 1)
    case 'ArrowDown':
      return Math.min(last, at + 1)
    case 'PageUp':
      return Math.max(0, at - PAGE)
    case 'PageDown':
      return Math.min(last, at + PAGE)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

/** One tab stop, then keys: arrows between rows, single letters on a row. Keys pressed on a button stay the button's. */
export function onListKey(
  event: KeyboardEvent<HTMLElement>,
  taskIds: readonly string[],
  go: (taskId: string) => void,
): void {
  if (!(event.target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return
  const row = event.target.closest<HTMLElement>('[data-task]')
  if (!row) return
  const isHandled = event.target === row ? onRowKey(event.key, row, taskIds, go) : leave(event.key, row)
  if (isHandled) event.preventDefault()
}

function onRowKey(key: string, row: HTMLElement, taskIds: readonly string[], go: (taskId: string) => void): boolean {
  const at = rowAfterKey(key, taskIds.indexOf(row.dataset.task ?? ''), taskIds.length)
  const next = at === undefined ? undefined : taskIds[at]
  if (next !== undefined) go(next)
  else if (key === 'Enter') row.querySelector<HTMLElement>('button[aria-expanded]')?.click()
  else return press(row, ACTION_KEYS[key] ?? [])
  return true
}

function press(row: HTMLElement, actions: readonly string[]): boolean {
  const button = actions.map((name) => row.querySelector<HTMLElement>(`[data-action="${name}"]`)).find(Boolean)
  button?.click()
  return Boolean(button)
}

function leave(key: string, row: HTMLElement): boolean {
  if (key === 'Escape') row.focus()
  return key === 'Escape'
}
