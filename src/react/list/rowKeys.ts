import type { KeyboardEvent } from 'react'
import type { Direction } from './turns.js'

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

const MOVES: Readonly<Record<string, Direction>> = { ArrowUp: 'earlier', ArrowDown: 'later' }

interface KeyedRows {
  readonly taskIds: readonly string[]
  readonly go: (taskId: string) => void
  /** Changes the turn of a row. */
  readonly move: ((taskId: string, direction: Direction) => void) | undefined
}

/**
 * One tab stop, then keys: arrows between rows, single letters on a row, Alt and an arrow for its turn. Keys pressed on
 * a button stay the button's.
 */
export function onListKey(event: KeyboardEvent<HTMLElement>, rows: KeyedRows): void {
  const { target, key, altKey, ctrlKey, metaKey } = event
  if (!(target instanceof HTMLElement) || ctrlKey || metaKey) return
  const row = target.closest<HTMLElement>('[data-task]')
  if (!row || (altKey && target !== row)) return
  const isHandled = target === row ? onRowKey(altKey ? `Alt+${key}` : key, row, rows) : leave(key, row)
  if (isHandled) event.preventDefault()
}

function onRowKey(key: string, row: HTMLElement, { taskIds, go, move }: KeyedRows): boolean {
  if (key.startsWith('Alt+')) return onMoveKey(key.slice('Alt+'.length), row, move)
  const at = rowAfterKey(key, taskIds.indexOf(row.dataset.task ?? ''), taskIds.length)
  const next = at === undefined ? undefined : taskIds[at]
  if (next !== undefined) go(next)
  else if (key === 'Enter') row.querySelector<HTMLElement>('button[aria-expanded]')?.click()
  else return press(row, ACTION_KEYS[key] ?? [])
  return true
}

function onMoveKey(key: string, row: HTMLElement, move: KeyedRows['move']): boolean {
  const direction = MOVES[key]
  if (!direction || !move) return false
  move(row.dataset.task ?? '', direction)
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
