import type { EventObject } from 'xstate'
import type { Effect, EffectInput } from '../../machines/download.types.js'
import type { DockState } from './dockState.js'
import { reporting } from './reporting.js'

/**
 * An effect of a download's. A machine that broke does not stop what it invoked: so every effect is also known by its
 * task, and {@link abandon} ends it.
 */
export function effect<TEvent extends EventObject>(
  state: DockState,
  run: (record: EffectInput['record'], signal: AbortSignal) => Promise<TEvent>,
): Effect<TEvent> {
  return reporting(async ({ record }: EffectInput, signal) => {
    let own: AbortSignal | undefined
    const work = (both: AbortSignal) => {
      own = both
      return run(record, both)
    }
    const report = await abandonable(state, record.taskId, work, signal)
    // nobody is left to hear of what was abandoned
    return own?.aborted && !signal.aborted ? new Promise<never>(() => {}) : report
  })
}

/** Runs `work` with a signal that {@link abandon} aborts, by `owner` or with all others; and `outer`, where there is one. */
export async function abandonable<T>(
  state: DockState,
  owner: string,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const own = new AbortController()
  const passOn = (): void => own.abort(outer?.reason)
  if (outer?.aborted) passOn()
  outer?.addEventListener('abort', passOn, { once: true })
  const running = state.effects.get(owner) ?? new Set()
  state.effects.set(owner, running.add(own))
  try {
    return await work(own.signal)
  } finally {
    running.delete(own)
    if (running.size === 0 && state.effects.get(owner) === running) state.effects.delete(owner)
  }
}

/** Aborts what runs for a task, or everything that runs. */
export function abandon(state: DockState, taskId?: string): void {
  for (const [owner, running] of state.effects) {
    if (taskId !== undefined && owner !== taskId) continue
    for (const abort of running) abort.abort()
  }
}
