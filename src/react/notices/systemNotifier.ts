import type { DockNotification } from '../../dock/types.js'
import type { SystemPermission } from './NotificationCentre.js'

/** The platform's own notifications, as far as there are any. */
export interface SystemNotifier {
  readonly permission: () => NotificationPermission | 'unsupported'
  readonly ask: () => Promise<NotificationPermission | 'unsupported'>
  /** A newer one of the same tag takes the place of the older. */
  readonly show: (title: string, options: { readonly body: string; readonly tag: string }) => void
}

/** Whether a person is told; it outlives the page where the platform lets it. */
const CHOICE_KEY = 'plugdock.tells'

export type Choice = 'yes' | 'no' | undefined

/** Those of the browser; `unsupported` on servers, and where a page has none. */
export const browserNotifier: SystemNotifier = {
  permission: () => (typeof Notification === 'undefined' ? 'unsupported' : Notification.permission),
  ask: async () => (typeof Notification === 'undefined' ? 'unsupported' : Notification.requestPermission()),
  show(title, options) {
    try {
      new Notification(title, options)
    } catch {
      // on phones only a service worker may: the app's, by a notifier of its own; the centre has it all the same
    }
  },
}

export function readChoice(): Choice {
  try {
    const kept = localStorage.getItem(CHOICE_KEY)
    return kept === 'yes' || kept === 'no' ? kept : undefined
  } catch {
    return undefined
  }
}

export function keepChoice(choice: Exclude<Choice, undefined>): void {
  try {
    localStorage.setItem(CHOICE_KEY, choice)
  } catch {
    // it holds for as long as the page does
  }
}

/** What the switch says. */
export function systemState(permission: NotificationPermission | 'unsupported', choice: Choice): SystemPermission {
  if (permission === 'unsupported') return 'unsupported'
  if (permission === 'denied') return 'blocked'
  return permission === 'granted' && choice === 'yes' ? 'on' : 'off'
}

/** Those that are worth a person's attention elsewhere. */
const WORTH_TELLING = new Set<DockNotification['type']>([
  'installed',
  'failed',
  'rolledBack',
  'storageFull',
  'consentNeeded',
])

export function isWorthTelling({ type }: DockNotification): boolean {
  return WORTH_TELLING.has(type)
}
