import { Observable } from 'rxjs'
import type { SupervisorActor } from '../../machines/supervisor.machine.js'
import type { DockState } from '../actors/dockState.js'
import type { Notice } from '../actors/notices.js'
import { quarantined } from '../actors/quarantined.js'
import type { EvictionPlan } from '../domain/evictionPlan.js'
import type { Hold } from '../domain/network.js'
import { shared } from './shared.js'
import type { DockNotification } from './types.js'

/** What an app would tell its user, as it happens. Completes when the supervisor ends. */
export function notificationsOf(
  supervisor: SupervisorActor,
  { repaired, appNotices, space: { evicted } }: Pick<DockState, 'repaired' | 'appNotices' | 'space'>,
): Observable<DockNotification> {
  return shared(
    new Observable<DockNotification>((subscriber) => {
      const installed = supervisor.on('download.installed', ({ taskId, pluginId, version }) => {
        subscriber.next({
          type: 'installed',
          taskId,
          pluginId,
          version,
          message: `${pluginId} ${version} is installed`,
        })
      })
      const failed = supervisor.on('download.failed', ({ taskId, pluginId, failure }) => {
        subscriber.next({
          type: 'failed',
          taskId,
          ...(pluginId ? { pluginId } : {}),
          message: failure.message,
          failure,
        })
      })
      const mended = repaired.subscribe(({ pluginId, version }) => {
        const message = `${pluginId} ${version} was damaged on this device and has been repaired`
        subscriber.next({ type: 'repaired', pluginId, version, message })
      })
      const waiting = supervisor.on('download.waiting', ({ taskId, pluginId, failure, shortage, hold }) => {
        const about = { taskId, ...(pluginId ? { pluginId } : {}) }
        if (hold?.code === 'consent') {
          subscriber.next({ type: 'consentNeeded', ...about, message: consentMessage(pluginId, hold) })
        }
        if (!shortage || !failure) return
        subscriber.next({ type: 'storageFull', ...about, message: failure.message, failure, plan: shortage.plan })
      })
      const gone = evicted.subscribe((plan) => subscriber.next(evictedNotice(plan)))
      const notices = appNotices.heard.subscribe((notice) => {
        for (const notification of describe(notice)) subscriber.next(notification)
      })
      const life = supervisor.subscribe({ complete: () => subscriber.complete(), error: () => subscriber.complete() })
      return () => {
        for (const subscription of [installed, failed, waiting, mended, gone, notices, life]) subscription.unsubscribe()
      }
    }),
  )
}

function consentMessage(pluginId: string | undefined, { bytesToTransfer }: Hold): string {
  return `${pluginId} needs an OK: ${bytesToTransfer} bytes over a network that may cost data`
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

/** One for each download that the version came by, so that whoever shows those hears of them. */
function describe(notice: Notice): readonly DockNotification[] {
  const { pluginId, version } = notice
  switch (notice.type) {
    case 'rolledBack': {
      const message = `${pluginId} went back from ${version} to ${notice.to}: ${notice.reason}`
      const { to, cause, reason, until } = notice
      const rollback = { to, cause, reason, ...(until === undefined ? {} : { until }) }
      const taskIds = notice.taskIds.length > 0 ? notice.taskIds : [undefined]
      return taskIds.map((taskId) => ({
        type: 'rolledBack',
        ...(taskId === undefined ? {} : { taskId }),
        pluginId,
        version,
        message,
        rollback,
      }))
    }
    case 'condemned': {
      const { message, code } = quarantined(pluginId, notice)
      const told = `${message}; there is no other version to go back to`
      return [
        { type: 'failed', pluginId, version, message: told, failure: { code, message, retryable: false, attempt: 1 } },
      ]
    }
    case 'storageLost': {
      const message = `The files of ${pluginId} ${version} were removed from this device, by the browser or by somebody`
      return [{ type: 'storageLost', pluginId, version, message }]
    }
  }
}
