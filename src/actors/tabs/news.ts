import { toPortable } from '../../domain/portableError.js'
import { type DockState, storesOf } from '../dockState.js'
import type { MirroredTask, News } from './messages.js'

/** Of so many that wait, others are told their place anew as it changes. */
const MAX_PLACES = 200

/** What somebody has to know who knows nothing. */
export function describeEverything(state: DockState): News {
  const { index, history } = storesOf(state)
  return {
    ...describeTasks(state, state.journal.views.keys()),
    installed: index.all(),
    histories: history.all(),
    policy: state.policy.changed,
  }
}

export function describeTasks(state: DockState, taskIds: Iterable<string>): News {
  const tasks: MirroredTask[] = []
  const removedTasks: string[] = []
  for (const taskId of taskIds) {
    const task = describeTask(state, taskId)
    if (task) tasks.push(task)
    else removedTasks.push(taskId)
  }
  return { tasks, removedTasks }
}

function describeTask({ journal, tasks, roster }: DockState, taskId: string): MirroredTask | undefined {
  const view = journal.views.get(taskId)
  if (!view) return undefined
  const { actor: _, ...shown } = view
  const { meter, error } = tasks.get(taskId) ?? {}
  const isFailed = view.record.state === 'failed'
  return { ...shown, meter, wait: roster.waitOf(taskId), error: isFailed && error ? toPortable(error) : undefined }
}

/**
 * Tasks whose bytes change, or their place among those that wait, without a word in the journal. `places`: those that
 * were told last.
 */
export function movedTasks({ journal, roster }: DockState, places: Map<string, string>): readonly string[] {
  if (!roster.busy) return []
  const moved: string[] = []
  let looked = 0
  for (const [taskId, { record }] of journal.views) {
    if (record.state === 'downloading') moved.push(taskId)
    else if (record.state === 'queued' && looked++ < MAX_PLACES && isElsewhere(taskId, roster, places))
      moved.push(taskId)
  }
  return moved
}

function isElsewhere(taskId: string, roster: DockState['roster'], places: Map<string, string>): boolean {
  const wait = roster.waitOf(taskId)
  const place = wait ? `${wait.reason} ${wait.position}` : ''
  if (places.get(taskId) === place) return false
  places.set(taskId, place)
  return true
}
