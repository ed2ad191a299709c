import { NotInstalledError, type QuarantinedError } from '../domain/errors/index.js'
import type { TrialRecord } from '../domain/records.js'
import type { NamedVersion, Verdict } from '../domain/versions.js'
import { type DockState, storesOf } from './dockState.js'
import { quarantined } from './quarantined.js'
import { fail } from './verdicts.js'
import { trialChange, trialRemoval } from './versionHistory.js'

/**
 * One commit before any code runs: from then on a page that dies is a death in this trial. A page that died before, while
 * another one led, is counted now: rejects where that is one too many, and the version has failed.
 */
export async function beginTrial(state: DockState, version: NamedVersion, token: string): Promise<void> {
  const last = storesOf(state).history.trial({ pluginId: version.pluginId, address: version.version.address })
  const hasDied = last !== undefined && last.token !== token && (await hasDiedIn(state, last))
  const deaths = (last?.deaths ?? 0) + (hasDied ? 1 : 0)
  if (!hasDied || deaths < state.health.maxTrials) return writeTrial(state, version, { token, deaths })
  await fail(state, version, diedSoOften(deaths))
  throw lostTrial(state, version)
}

/** Whether the page in which it runs is gone, without a word. */
export async function hasDiedIn({ host, trials }: DockState, { isRunning, token }: TrialRecord): Promise<boolean> {
  if (!isRunning || trials.isOwn(token) || (await host.leases.isShared(token))) return false
  return !((await host.farewell?.read()) ?? []).includes(token)
}

export function diedSoOften(deaths: number): Verdict {
  return { reason: `${deaths} times the app ended while it was starting`, cause: 'failed' }
}

function lostTrial(state: DockState, { pluginId, version }: NamedVersion): QuarantinedError {
  const { reason, until } = storesOf(state)
    .history.of(pluginId)
    ?.failed.find(({ address }) => address === version.address) ?? { reason: 'it failed', until: 0 }
  return quarantined(pluginId, { version: version.version, reason, until })
}

function writeTrial(
  state: DockState,
  { pluginId, version }: NamedVersion,
  { token, deaths }: Pick<TrialRecord, 'token' | 'deaths'>,
): Promise<void> {
  const { history, index } = storesOf(state)
  const named = { pluginId, address: version.address }
  return history.inTurn(async () => {
    const trial: TrialRecord = { v: 1, ...named, version: version.version, token, deaths, isRunning: true }
    const also = [trialChange(trial)]
    if (!(await index.amend(named, (current) => ({ ...current, health: 'trial' }), also)))
      throw new NotInstalledError(`${pluginId} ${version.version} was removed meanwhile`, { pluginId })
    history.learn(also)
  })
}

/** Trials ended in order and without a verdict: those with these tokens. */
export function endTrials(state: DockState, tokens: ReadonlySet<string>): Promise<void> {
  const { history, index, records, epoch } = storesOf(state)
  return history.inTurn(async () => {
    const running = history.trials().filter((trial) => trial.isRunning && tokens.has(trial.token))
    if (running.length === 0) return
    // of a version that was removed meanwhile nothing stays
    const changes = running.map((trial) =>
      index.has(trial) ? trialChange({ ...trial, isRunning: false }) : trialRemoval(trial),
    )
    await records.commit(changes, { epoch })
    history.learn(changes)
  })
}
