import { ClosedError } from '../domain/errors/index.js'
import type { HostStores } from '../ports/host.js'
import { type DockState, setOpened, wakeDoorway } from './dockState.js'
import { abandon } from './effect.js'
import { untilWhole } from './wholeWork.js'

/** Settles when nothing moves, all records are written and the stores are closed. However often it is asked, once. */
export function shutDown(state: DockState): Promise<void> {
  state.shuttingDown ??= closeAll(state)
  return state.shuttingDown
}

async function closeAll(state: DockState): Promise<void> {
  wakeDoorway(state)
  await state.booting
  // stores that were opened while the dock closes have nobody else who would carry out what closing takes
  if (state.opened?.role === 'leader' && !state.calls.isConnected) state.calls.lead(() => false)
  for (const closing of state.beforeClose) await closing().catch(() => {})
  await endOwnTrials(state)
  state.calls.close(new ClosedError('The dock was closed meanwhile'))
  await letGo(state)
}

/** What cannot be written counts as a death, of which it takes several. */
async function endOwnTrials({ opened, trials, calls }: DockState): Promise<void> {
  const tokens = trials.tokens()
  if (!opened || tokens.length === 0) return
  const ended = calls.make('trials.end', tokens).catch(() => {})
  // who follows has told, and waits for nobody
  if (opened.role === 'leader') await ended
}

/** Waits until nothing moves and closes what is open: at the end, and before the stores are opened anew. */
export async function letGo(
  state: DockState,
  close: (stores: HostStores) => Promise<void> = (stores) => stores.close(),
): Promise<void> {
  state.calls.disconnect()
  abandon(state)
  await state.openPartials.allOver()
  await untilWhole(state)
  await state.journal.flush()
  state.journal.disconnect()
  state.journal.close()
  const { opened } = state
  setOpened(state, undefined)
  if (opened) await close(opened).catch(() => {})
}
