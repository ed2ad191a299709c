import { NotInstalledError } from '../domain/errors/index.js'
import type { TrialRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { type DockState, storesOf } from './dockState.js'
import { trialChange, trialRemoval } from './versionHistory.js'

/** One commit before any code runs: from then on a process that dies is a death in this trial. */
export function beginTrial(state: DockState, { pluginId, version }: NamedVersion, token: string): Promise<void> {
  const { history, index } = storesOf(state)
  const named = { pluginId, address: version.address }
  return history.inTurn(async () => {
    const deaths = history.trial(named)?.deaths ?? 0
    const trial: TrialRecord = { v: 1, ...named, version: version.version, token, deaths, isRunning: true }
    const also = [trialChange(trial)]
    if (!(await index.amend(named, (current) => ({ ...current, health: 'trial' }), also)))
      throw new NotInstalledError(`${pluginId} ${version.version} was removed meanwhile`, { pluginId })
    history.learn(also)
  })
}

/** Trials ended in order and without a verdict: those with these tokens, or all of them. */
export function endTrials(state: DockState, tokens?: ReadonlySet<string>): Promise<void> {
  const { history, index, records, epoch } = storesOf(state)
  return history.inTurn(async () => {
    const running = history.trials().filter((trial) => trial.isRunning && (!tokens || tokens.has(trial.token)))
    if (running.length === 0) return
    // of a version that was removed meanwhile nothing stays
    const changes = running.map((trial) =>
      index.has(trial) ? trialChange({ ...trial, isRunning: false }) : trialRemoval(trial),
    )
    await records.commit(changes, { epoch })
    history.learn(changes)
  })
}
