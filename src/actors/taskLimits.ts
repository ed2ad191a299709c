import { type DockState, storesOf } from './dockState.js'

/** Has the engine obey the limits of single downloads, as they are changed. Runs until the returned function is called. */
export function keepTaskLimits(state: DockState): () => void {
  const { engine } = storesOf(state)
  const known = new Map<string, number>()
  const entries = state.journal.entries.subscribe((entry) => {
    const taskId = entry.type === 'changed' ? entry.view.record.taskId : entry.taskId
    const limit = entry.type === 'changed' ? entry.view.record.limitBytesPerSecond : undefined
    if (known.get(taskId) === limit) return
    if (limit === undefined) known.delete(taskId)
    else known.set(taskId, limit)
    if (entry.type === 'changed') engine.limit(limit, taskId)
  })
  return () => entries.unsubscribe()
}
