import type { Subscription } from 'rxjs'
import type { PluginDock } from '../../dock/types.js'
import type { VerificationReport } from '../../domain/plugin.js'

/** Bytes to transfer until a plugin is whole again, as checks in this page found; by plugin. */
export type RepairSizes = ReadonlyMap<string, number>

const NONE: RepairSizes = new Map()

interface Board {
  sizes: RepairSizes
  /** Takes back what was repaired, by whomever: the next damage is another. */
  repairs?: Subscription
  readonly listeners: Set<() => void>
}

const boards = new WeakMap<PluginDock, Board>()

function boardOf(dock: PluginDock): Board {
  const board: Board = boards.get(dock) ?? { sizes: NONE, listeners: new Set() }
  boards.set(dock, board)
  return board
}

/** What a check found, for whoever offers to repair it. */
export function noteCheck(dock: PluginDock, { pluginId, badChunks }: VerificationReport): void {
  const board = boardOf(dock)
  board.repairs ??= dock.notifications.subscribe(({ type, pluginId: repaired = '' }) => {
    if (type === 'repaired') note(board, repaired, 0)
  })
  note(
    board,
    pluginId,
    badChunks.reduce((sum, { length }) => sum + length, 0),
  )
}

function note(board: Board, pluginId: string, bytes: number): void {
  if ((board.sizes.get(pluginId) ?? 0) === bytes) return
  board.sizes = new Map([...board.sizes].filter(([id]) => id !== pluginId))
  if (bytes > 0) board.sizes = new Map([...board.sizes, [pluginId, bytes]])
  for (const listener of [...board.listeners]) listener()
}

export function watchRepairSizes(dock: PluginDock, listener: () => void): () => void {
  const { listeners } = boardOf(dock)
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function repairSizesOf(dock: PluginDock | undefined): RepairSizes {
  return dock ? boardOf(dock).sizes : NONE
}
