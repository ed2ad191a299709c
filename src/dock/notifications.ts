import { Observable, share } from 'rxjs'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import type { RepairedVersion } from '../actors/dockState.js'
import type { EvictionPlan } from '../domain/evictionPlan.js'
import type { DockNotification } from './types.js'

/** What an app would tell its user, as it happens. Completes when the supervisor ends. */
export function notificationsOf(
  supervisor: SupervisorActor,
  repaired: Observable<RepairedVersion>,
  evicted: Observable<EvictionPlan>,
): Observable<DockNotification> {
  return new Observable<DockNotification>((subscriber) => {
    const installed = supervisor.on('download.installed', ({ taskId, pluginId, version }) => {
      subscriber.next({ type: 'installed', taskId, pluginId, version, message: `${pluginId} ${version} is installed` })
    })
    const failed = supervisor.on('download.failed', ({ taskId, pluginId, failure }) => {
      subscriber.next({ type: 'failed', taskId, ...(pluginId ? { pluginId } : {}), message: failure.message, failure })
    })
    const mended = repaired.subscribe(({ pluginId, version }) => {
      const message = `${pluginId} ${version} was damaged on this device and has been repaired`
      subscriber.next({ type: 'repaired', pluginId, version, message })
    })
    const waiting = supervisor.on('download.waiting', ({ taskId, pluginId, failure, shortage }) => {
      if (!shortage) return
      const about = { taskId, ...(pluginId ? { pluginId } : {}) }
      subscriber.next({ type: 'storageFull', ...about, message: failure.message, failure, plan: shortage.plan })
    })
    const gone = evicted.subscribe((plan) => subscriber.next(evictedNotice(plan)))
    const life = supervisor.subscribe({ complete: () => subscriber.complete(), error: () => subscriber.complete() })
    return () => {
      for (const subscription of [installed, failed, waiting, mended, gone, life]) subscription.unsubscribe()
    }
  }).pipe(share())
}

function evictedNotice(plan: EvictionPlan): DockNotification {
  const { items, bytesFreed } = plan
  const plugins = new Set(items.map(({ pluginId }) => pluginId).filter((pluginId) => pluginId !== undefined))
  const [only] = items
  const about = items.length === 1 && only ? named(only) : {}
  const what = plugins.size > 0 ? [...plugins].join(', ') : 'leftovers'
  return { type: 'evicted', ...about, message: `Removed to make room: ${what} (${bytesFreed} bytes)`, plan }
}

function named({ pluginId, version }: EvictionPlan['items'][number]): { pluginId?: string; version?: string } {
  return { ...(pluginId === undefined ? {} : { pluginId }), ...(version === undefined ? {} : { version }) }
}
