import { RECORD_KINDS } from '../domain/records.js'
import type { PartialBundle } from '../ports/bundleStore.js'
import { type DockState, storesOf } from './dockState.js'
import { removeUnneeded } from './removal.js'

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
export function exclusively<T>(state: DockState, key: string, work: () => Promise<T>): Promise<T> {
  return state.openPartials.take(key, work)
}

/** Removes what a download has fetched, unless another one, from another source, fills the same partial. */
export async function discardPartial(state: DockState, taskId: string, key: string): Promise<void> {
  if (isFilledByAnother(state, taskId, key)) return
  await exclusively(state, key, async () => {
    const { bundles, records, epoch } = storesOf(state)
    await bundles.deletePartial(key)
    await records.commit([{ key: RECORD_KINDS.partial + key, value: undefined }], { epoch })
    state.space.freed()
    const resources = state.tasks.get(taskId)
    const sealed = resources?.sealed?.partialKey === key ? resources.sealed : undefined
    if (resources && sealed) resources.sealed = undefined
    // a bundle that was sealed and never committed has the partial's name, or that of the map that was made for it
    for (const name of new Set([key, sealed?.address ?? key])) await removeUnneeded(state, name)
  })
}

function isFilledByAnother({ journal }: DockState, taskId: string, key: string): boolean {
  for (const { record, actor } of journal.views.values()) {
    const isUnfinished = actor !== undefined && record.state !== 'cancelled'
    if (isUnfinished && record.taskId !== taskId && record.plan?.partialKey === key) return true
  }
  return false
}
