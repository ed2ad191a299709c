import type { DownloadCallbacks } from '../card/actions.js'
import type { DownloadListProps } from './listProps.js'

type Name = keyof DownloadCallbacks

/** The same callbacks, each telling first which row it is about. */
export function touching(callbacks: DownloadCallbacks, touch: (taskId: string) => void): DownloadCallbacks {
  const wrapped: { -readonly [Key in Name]?: DownloadCallbacks[Key] } = {}
  // reason: Object.keys forgets what it reads
  for (const name of Object.keys(callbacks) as Name[]) {
    const callback = callbacks[name]
    if (!callback) continue
    wrapped[name] = (taskId) => {
      touch(taskId)
      callback(taskId)
    }
  }
  return wrapped
}

/** The same for a change of turns. */
export function touchingMove(
  move: NonNullable<DownloadListProps['onMove']>,
  touch: (taskId: string) => void,
): NonNullable<DownloadListProps['onMove']> {
  return (taskId, direction) => {
    touch(taskId)
    move(taskId, direction)
  }
}
