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
    const own = new AbortController()
    const running = state.effects.get(record.taskId) ?? new Set()
    state.effects.set(record.taskId, running.add(own))
    const report = await run(record, AbortSignal.any([signal, own.signal])).finally(() => {
      running.delete(own)
      if (running.size === 0 && state.effects.get(record.taskId) === running) state.effects.delete(record.taskId)
    })
    // nobody is left to hear of what was abandoned
    return own.signal.aborted ? new Promise<never>(() => {}) : report
  })
}

/** Aborts what runs for a task, or for all of them. */
export function abandon(state: DockState, taskId?: string): void {
  for (const [owner, running] of state.effects) {
    if (taskId !== undefined && owner !== taskId) continue
    for (const abort of running) abort.abort()
  }
}
