import type {
  ActivationActors,
  ActivationEffectInput,
  ActivationOutput,
  ActivationReport,
} from '../../machines/activation.types.js'
import { ClosedError } from '../domain/errors/index.js'
import { toFailure } from '../domain/failure.js'
import type { NamedVersion } from '../domain/versions.js'
import type { DockState } from './dockState.js'
import { reporting } from './reporting.js'
import { visibleTime } from './visibleTime.js'

/** The effects of a trial, over the stores of one supervisor. */
export function createTrialActors(state: DockState): ActivationActors {
  return {
    recordTrial: effect(async ({ token }) => {
      const trial = state.trials.find(token)
      try {
        const named = namedOf(state, token)
        // from before it is written: whatever ends the process in between has left word
        if (trial) trial.disarm = await arm(state, token)
        await state.calls.make('trials.begin', named, token)
        trial?.settleBegun()
        return { type: 'trial.recorded' }
      } catch (thrown) {
        const error = state.trials.unwritten(token, thrown)
        trial?.settleBegun(error)
        return { type: 'trial.unrecorded', failure: toFailure(error) }
      }
    }),
    observe: effect(async (_, signal) => {
      await visibleTime(state.host, state.health.timeoutMs, signal)
      return { type: 'time.passed' }
    }),
    recordHealth: effect(async ({ token }) => {
      try {
        await state.calls.make('trials.confirm', namedOf(state, token))
        return { type: 'health.recorded' }
      } catch (thrown) {
        state.trials.unwritten(token, thrown)
        return { type: 'health.unrecorded' }
      }
    }),
    rollBack: effect(async ({ token, reason }) => {
      try {
        // nobody said that it failed: its time had passed
        const cause = state.trials.find(token)?.cause ?? 'slow'
        await state.calls.make('trials.fail', namedOf(state, token), { reason, cause })
        return { type: 'failure.recorded' }
      } catch (thrown) {
        state.trials.unwritten(token, thrown)
        return { type: 'failure.unrecorded' }
      }
    }),
  }
}

/** A trial's chart has ended. Where nobody judged the version, its record says that nothing runs any more. */
export function trialEnded(state: DockState, token: string, output: ActivationOutput | undefined): void {
  const outcome = output?.outcome ?? 'stopped'
  if (outcome === 'abandoned') void state.calls.make('trials.end', [token]).catch(() => {})
  state.trials.ended(token, outcome)
}

/** While it is shared under the trial's token, whoever looks sees that the page lives in which it runs. */
async function arm({ host }: DockState, token: string): Promise<() => void> {
  const disarm = host.farewell?.arm(token)
  const release = await host.leases.share(token)
  return () => {
    disarm?.()
    release()
  }
}

function namedOf(state: DockState, token: string): NamedVersion {
  const trial = state.trials.find(token)
  if (!trial) throw new ClosedError('The dock was closed meanwhile')
  return trial.named
}

function effect<TReport extends ActivationReport>(
  run: (trial: ActivationEffectInput['trial'], signal: AbortSignal) => Promise<TReport>,
) {
  return reporting<TReport, ActivationEffectInput>(({ trial }, signal) => run(trial, signal))
}
