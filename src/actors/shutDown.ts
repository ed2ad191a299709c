import type { DockState } from './dockState.js'
import { abandon } from './effect.js'
import { endTrials } from './trialRecords.js'

/** Settles when nothing moves, all records are written and the stores are closed. However often it is asked, once. */
export function shutDown(state: DockState): Promise<void> {
  state.shuttingDown ??= closeAll(state)
  return state.shuttingDown
}

async function closeAll(state: DockState): Promise<void> {
  await state.booting
  for (const closing of state.beforeClose) await closing().catch(() => {})
  await letGo(state)
}

/** Waits until nothing moves and closes what is open: at the end, and before the stores are opened anew. */
export async function letGo(state: DockState): Promise<void> {
  abandon(state)
  // what cannot be written counts as a death, of which it takes several
  if (state.opened?.role === 'leader') await endTrials(state).catch(() => {})
  await Promise.all(state.openPartials.values())
  await state.journal.flush()
  state.journal.disconnect()
  state.journal.close()
  await state.opened?.close().catch(() => {})
  state.opened = undefined
}
