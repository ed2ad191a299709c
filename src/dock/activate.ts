import type { DockState } from '../actors/dockState.js'
import { quarantined } from '../actors/quarantined.js'
import type { Trial, TrialOutcome } from '../actors/trialDesk.js'
import {
  CancelledError,
  ClosedError,
  CorruptError,
  type PluginDockError,
  QuarantinedError,
} from '../domain/errors/index.js'
import type { LoadHealth } from './loadHealth.js'
import type { LoadedPlugin } from './types.js'

/** Runs the code of a version; `signal` aborts when its trial is lost. */
export type Start<T> = (plugin: LoadedPlugin, context: { signal: AbortSignal }) => T | Promise<T>

/** A load, and what the dock knows of it beside. */
export interface HandedOut {
  readonly loaded: LoadedPlugin
  readonly health: LoadHealth
}

/** A version that did not start, and whether another one is active by now. */
interface Lost {
  readonly version: string
  readonly error: unknown
}

/** Starts the active version, and whatever takes its place when its trial is lost, until one has started. */
export async function activate<T>(state: DockState, load: () => Promise<HandedOut>, start: Start<T>): Promise<T> {
  let lost: Lost | undefined
  for (;;) {
    const handed = await loadAfter(load, lost)
    const outcome = await startOne(state, handed, start)
    if ('result' in outcome) return outcome.result
    await handed.loaded.close()
    if (lost?.version === outcome.version || !outcome.isReplaced) throw outcome.error
    lost = outcome
  }
}

/** Where nothing is left to load, the reason is why the version before did not start. */
async function loadAfter(load: () => Promise<HandedOut>, lost: Lost | undefined): Promise<HandedOut> {
  try {
    return await load()
  } catch (error) {
    if (!lost || !(error instanceof QuarantinedError)) throw error
    const { pluginId, version, until } = error
    throw new QuarantinedError(error.message, { pluginId, version, until }, { cause: lost.error })
  }
}

type Outcome<T> = { readonly result: T } | (Lost & { readonly isReplaced: boolean })

async function startOne<T>(state: DockState, { loaded, health }: HandedOut, start: Start<T>): Promise<Outcome<T>> {
  const { version } = loaded
  const trial = await begun(loaded, health)
  const abort = new AbortController()
  const isLost = trial && lossOf(state, trial, abort)
  try {
    const starting = Promise.resolve(run(start, loaded, abort.signal))
    // who is too late is not heard
    starting.catch(() => {})
    const result = await Promise.race(isLost === undefined ? [starting] : [starting, isLost])
    if (trial) state.trials.tell(trial, { type: 'plugin.started' })
    return { result }
  } catch (error) {
    if (abort.signal.aborted) return { version, error, isReplaced: true }
    // the next load looks for a version that is whole
    if (error instanceof CorruptError) return { version, error, isReplaced: true }
    if (!trial || !health.isToBlame(error)) return { version, error, isReplaced: false }
    const isWritten = await health.fail(trial, error).then(
      () => true,
      () => false,
    )
    return { version, error, isReplaced: isWritten }
  }
}

async function begun(loaded: LoadedPlugin, health: LoadHealth): Promise<Trial | undefined> {
  try {
    return await health.join()
  } catch (error) {
    await loaded.close()
    throw error
  }
}

/** In one turn of the event loop with whoever calls: what `start` throws at once is a rejection like any other. */
async function run<T>(start: Start<T>, loaded: LoadedPlugin, signal: AbortSignal): Promise<T> {
  return start(loaded, { signal })
}

const LOSSES: ReadonlySet<TrialOutcome> = new Set(['rolledBack', 'abandoned', 'unrecorded'])

/** Rejects, and aborts, when the trial is lost; never settles otherwise. */
function lossOf(state: DockState, trial: Trial, abort: AbortController): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    void trial.ended.then((outcome) => {
      const isClosed = outcome === 'stopped' && state.shuttingDown !== undefined
      if (!LOSSES.has(outcome) && !isClosed) return
      const error = lossOfTrial(state, trial)
      abort.abort(error)
      reject(error)
    })
  })
  lost.catch(() => {})
  return lost
}

function lossOfTrial({ opened, shuttingDown }: DockState, { named: { pluginId, version } }: Trial): PluginDockError {
  const failed = opened?.history.of(pluginId)?.failed.find(({ address }) => address === version.address)
  if (failed) return quarantined(pluginId, failed)
  if (shuttingDown !== undefined) return new ClosedError('The dock was closed meanwhile')
  return new CancelledError(`Another version of ${pluginId} is used now than ${version.version}`)
}
