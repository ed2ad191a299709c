import type { PartialBundle } from '../ports/bundleStore.js'
import { type DockState, storesOf } from './dockState.js'

/**
 * Opens a partial for as long as `use` runs. Whoever comes next waits until the one before has closed it: a transfer
 * that was stopped may still be writing its last bytes.
 */
export async function withPartial<T>(
  state: DockState,
  key: string,
  use: (partial: PartialBundle) => Promise<T>,
): Promise<T> {
  return exclusively(state, key, async () => {
    const partial = await storesOf(state).bundles.openPartial(key)
    try {
      return await use(partial)
    } finally {
      await partial.close()
    }
  })
}

/** Runs `work` while nobody has the partial open. */
export async function exclusively<T>(state: DockState, key: string, work: () => Promise<T>): Promise<T> {
  const before = state.openPartials.get(key) ?? Promise.resolve()
  const running = before.then(work)
  const closed = running.then(
    () => {},
    () => {},
  )
  state.openPartials.set(key, closed)
  try {
    return await running
  } finally {
    if (state.openPartials.get(key) === closed) state.openPartials.delete(key)
  }
}
