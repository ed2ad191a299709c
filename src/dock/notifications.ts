import { Observable, share } from 'rxjs'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import type { DockNotification } from './types.js'

/** What an app would tell its user, as it happens. Completes when the supervisor ends. */
export function notificationsOf(supervisor: SupervisorActor): Observable<DockNotification> {
  return new Observable<DockNotification>((subscriber) => {
    const installed = supervisor.on('download.installed', ({ taskId, pluginId, version }) => {
      subscriber.next({ type: 'installed', taskId, pluginId, version, message: `${pluginId} ${version} is installed` })
    })
    const failed = supervisor.on('download.failed', ({ taskId, pluginId, failure }) => {
      subscriber.next({ type: 'failed', taskId, ...(pluginId ? { pluginId } : {}), message: failure.message, failure })
    })
    const life = supervisor.subscribe({ complete: () => subscriber.complete(), error: () => subscriber.complete() })
    return () => {
      for (const subscription of [installed, failed, life]) subscription.unsubscribe()
    }
  }).pipe(share())
}
