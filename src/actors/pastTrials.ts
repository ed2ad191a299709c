import type { TrialRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { versionsOf } from '../domain/versionsOf.js'
import { type DockState, storesOf } from './dockState.js'
import { judging } from './laterParts.js'
import { trialChange } from './versionHistory.js'

/**
 * Looks at the trials that a former process left. One that was cut off, without a word that the process would end, is a
 * death; too many of them fail the version. What cannot be written now is found again at the next start. Tells whether
 * a version failed.
 */
export async function settlePastTrials(state: DockState): Promise<boolean> {
  const { farewell } = state.host
  const { history } = storesOf(state)
  const past = history.trials().filter(({ isRunning }) => isRunning)
  try {
    const left = new Set(await farewell?.read())
    let hasFailed = false
    for (const trial of past) {
      // this page goes on with what it was at, and so does another that followed
      if (await isAlive(state, trial)) continue
      const wasOrderly = left.has(trial.token) || state.trials.isOwn(trial.token)
      hasFailed = (await settle(state, trial, wasOrderly)) || hasFailed
    }
    // not before the records say the same
    if (left.size > 0) await farewell?.clear()
    return hasFailed
  } catch {
    return false
  }
}

async function isAlive({ trials, host }: DockState, { token }: TrialRecord): Promise<boolean> {
  return trials.find(token) !== undefined || (await host.leases.isShared(token))
}

async function settle(state: DockState, trial: TrialRecord, wasOrderly: boolean): Promise<boolean> {
  const named = findVersion(state, trial)
  if (!named) return false
  const deaths = trial.deaths + (wasOrderly ? 0 : 1)
  if (deaths >= state.health.maxTrials) {
    const { fail, diedSoOften } = await judging.load(state.host)
    await fail(state, named, diedSoOften(deaths))
    return true
  }
  const { history, records, epoch } = storesOf(state)
  const changes = [trialChange({ ...trial, deaths, isRunning: false })]
  await records.commit(changes, { epoch })
  history.learn(changes)
  return false
}

function findVersion(state: DockState, { pluginId, address }: TrialRecord): NamedVersion | undefined {
  const plugin = storesOf(state).index.get(pluginId)
  const version = plugin && versionsOf(plugin).find((other) => other.address === address)
  return version && { pluginId, version }
}
