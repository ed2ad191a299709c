import type { DockState } from './dockState.js'

/**
 * Does what must not end half-way: bytes that no record names any more are to go, or a record is about to name them.
 * A dock that closes waits for it.
 */
export async function wholly<T>(state: Pick<DockState, 'wholeWork'>, work: () => Promise<T>): Promise<T> {
  const running = work()
  const ended = running.then(
    () => {},
    () => {},
  )
  state.wholeWork.add(ended)
  try {
    return await running
  } finally {
    state.wholeWork.delete(ended)
  }
}

/** Settles when nothing of it is under way, nor what came meanwhile. */
export async function untilWhole({ wholeWork }: Pick<DockState, 'wholeWork'>): Promise<void> {
  while (wholeWork.size > 0) await Promise.all(wholeWork)
}
