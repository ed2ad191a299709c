import type { DownloadActors, EffectReport } from '../../machines/download.types.js'
import { failedAttempt } from '../actors/attempts.js'
import type { DockState } from '../actors/dockState.js'
import { effect } from '../actors/effect.js'
import { discardPartial } from '../actors/partials.js'
import { untilAborted } from '../domain/timeLimit.js'
import { leading } from './laterParts.js'

/**
 * The effects of one download. Their code is loaded with the first: where it cannot be, the attempt has failed. What is
 * stopped while it loads begins nothing.
 */
export function createDownloadActors(state: DockState): DownloadActors {
  const parts = (signal: AbortSignal) => untilAborted(leading.load(state.host), signal)
  return {
    resolve: effect<EffectReport<'resolve'>>(state, (record, signal) => {
      state.host.fetcher.prepare?.()
      return parts(signal).then(
        ({ resolve }) => resolve(state, record, signal),
        (error: unknown) => ({ type: 'manifest.failed', attempt: failedAttempt(state, record, error) }),
      )
    }),
    transfer: effect<EffectReport<'transfer'>>(state, (record, signal) =>
      parts(signal).then(
        ({ transfer }) => transfer(state, record, signal),
        (error: unknown) => ({ type: 'transfer.failed', attempt: failedAttempt(state, record, error) }),
      ),
    ),
    verify: effect<EffectReport<'verify'>>(state, (record, signal) =>
      parts(signal).then(
        ({ verifyBundle }) => verifyBundle(state, record, signal),
        (error: unknown) => ({ type: 'bundle.rejected', attempt: failedAttempt(state, record, error) }),
      ),
    ),
    install: effect<EffectReport<'install'>>(state, (record, signal) =>
      parts(signal).then(
        ({ installBundle }) => installBundle(state, record, signal),
        (error: unknown) => ({ type: 'install.failed', attempt: failedAttempt(state, record, error) }),
      ),
    ),
    discard: effect<EffectReport<'discard'>>(state, async ({ taskId, plan }) => {
      // what cannot be removed now is an orphan, and collected at the next start
      if (plan) await discardPartial(state, taskId, plan.partialKey).catch(() => {})
      return { type: 'partial.discarded' }
    }),
  }
}
