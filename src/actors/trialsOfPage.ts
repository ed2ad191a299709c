import { versionsOf } from '../domain/versionsOf.js'
import { type DockState, storesOf } from './dockState.js'

/** Trials outlast who leads, and a page that was away: the records are to say again that they run. */
export async function resumeTrials({ trials, calls }: DockState): Promise<void> {
  for (const trial of trials.recorded()) {
    // what of it is refused is found lost below
    await calls.make('trials.begin', trial.named, trial.token).catch(() => trials.abandon(trial.named))
  }
}

/** Somebody else has found a version that runs here at fault, or has replaced it. */
export function dropLostTrials(state: DockState): void {
  for (const { named } of state.trials.recorded()) {
    const plugin = storesOf(state).index.peek(named.pluginId)
    const version = plugin && versionsOf(plugin).find(({ address }) => address === named.version.address)
    if (!version || version.quarantine || plugin?.active.address !== version.address) state.trials.abandon(named)
  }
}
