import type { TaskView } from './fleet.types.js'
import type { SupervisorEmitted } from './supervisor.types.js'

/** What outsiders are told of a task that has just come into its state; `undefined` where that is nothing new to them. */
export function reportOf({ record, backoff, shortage }: TaskView): SupervisorEmitted | undefined {
  const { taskId, state, plan, failure, attempt } = record
  const about = { taskId, pluginId: plan?.pluginId }
  if (state === 'installed' && plan) {
    const { pluginId, version } = plan
    return { type: 'download.installed', taskId, pluginId, version }
  }
  if (state === 'failed' && failure) return { type: 'download.failed', ...about, failure }
  if (state === 'retrying' && backoff) {
    return { type: 'download.waiting', ...about, until: backoff.until, failure: backoff.failure }
  }
  if (!shortage) return undefined
  return { type: 'download.waiting', ...about, failure: { ...shortage.failure, attempt }, shortage }
}
