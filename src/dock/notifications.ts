import { Observable, share } from 'rxjs'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import type { RepairedVersion } from '../actors/dockState.js'
import type { DockNotification } from './types.js'

/** What an app would tell its user, as it happens. Completes when the supervisor ends. */
export function notificationsOf(
  supervisor: SupervisorActor,
  repaired: Observable<RepairedVersion>,
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
    const life = supervisor.subscribe({ complete: () => subscriber.complete(), error: () => subscriber.complete() })
    return () => {
      for (const subscription of [installed, failed, mended, life]) subscription.unsubscribe()
    }
  }).pipe(share())
}
