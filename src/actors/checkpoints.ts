import type { DockState } from './dockState.js'

const CHECKPOINT_MS = 2000

/**
 * While a download moves, writes how far it is every other second: a page that is loaded again then shows about
 * what it showed before, until the bytes were hashed anew. Runs until the returned function is called.
 */
export function keepCheckpoints({ journal, host: { clock } }: DockState): () => void {
  const moving = new Set<string>()
  let timer: unknown
  const write = (): void => {
    timer = undefined
    for (const taskId of moving) journal.touch(taskId)
    arm()
  }
  const arm = (): void => {
    if (moving.size > 0) timer ??= clock.setTimeout(write, CHECKPOINT_MS)
    else stop()
  }
  const stop = (): void => {
    clock.clearTimeout(timer)
    timer = undefined
  }
  const entries = journal.entries.subscribe((entry) => {
    const taskId = entry.type === 'changed' ? entry.view.record.taskId : entry.taskId
    if (entry.type === 'changed' && entry.view.record.state === 'downloading') moving.add(taskId)
    else moving.delete(taskId)
    arm()
  })
  return () => {
    entries.unsubscribe()
    stop()
  }
}
