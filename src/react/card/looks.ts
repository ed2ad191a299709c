import type { DownloadState } from '../../domain/progress.js'
import type { ActionName, Situation } from '../words/messages.js'

export type Tone = 'progress' | 'quiet' | 'wait' | 'ok' | 'bad'

export type IconName =
  | 'spinner'
  | 'clock'
  | 'down'
  | 'shield'
  | 'box'
  | 'pause'
  | 'play'
  | 'retry'
  | 'offline'
  | 'wifi'
  | 'ask'
  | 'disk'
  | 'check'
  | 'ban'
  | 'undo'
  | 'alert'
  | 'cross'
  | 'up'
  | 'trash'
  | 'pin'
  | 'grid'
  | 'more'
  | 'bell'

/** How one kind of situation looks, and what may be done about it. */
export interface Look {
  readonly icon: IconName
  /** Beside the name. */
  readonly actions: readonly ActionName[]
  /** In the note, the main one last. */
  readonly noteActions: readonly ActionName[]
}

export const TONES: Readonly<Record<DownloadState, Tone>> = {
  resolving: 'progress',
  queued: 'quiet',
  downloading: 'progress',
  paused: 'quiet',
  retrying: 'wait',
  verifying: 'progress',
  installing: 'progress',
  awaitingNetwork: 'wait',
  awaitingConsent: 'wait',
  awaitingSpace: 'wait',
  installed: 'ok',
  rolledBack: 'wait',
  failed: 'bad',
  cancelled: 'quiet',
}

const LOOKS: Readonly<Record<DownloadState, Look>> = {
  resolving: look('spinner', ['cancel']),
  queued: look('clock', ['cancel']),
  downloading: look('down', ['pause', 'cancel']),
  paused: look('pause', ['resume', 'cancel']),
  retrying: look('retry', ['tryNow', 'cancel']),
  verifying: look('shield', ['cancel']),
  installing: look('box', []),
  awaitingNetwork: look('offline', ['pause', 'cancel']),
  awaitingConsent: look('ask', ['cancel'], ['postpone', 'consentOptions', 'approve']),
  awaitingSpace: look('disk', ['cancel'], ['freeSpace']),
  installed: look('check', ['open', 'dismiss']),
  rolledBack: look('undo', ['dismiss'], ['tryVersion']),
  failed: look('alert', ['dismiss'], ['tryAgain']),
  cancelled: look('ban', ['dismiss'], ['downloadAgain']),
}

const OF_SITUATION: Partial<Readonly<Record<Situation, Partial<Look>>>> = {
  'wait:slot': { actions: ['startNow', 'cancel'] },
  'wait:slot:later': { actions: ['startNow', 'cancel'] },
  'wait:new-leader': { actions: [] },
  'wait:background': { actions: ['cancel'] },
  'wait:server-busy': { icon: 'clock' },
  'wait:server-busy:soon': { icon: 'clock' },
  'wait:fresh-link': { actions: ['cancel'] },
  'wait:captive-portal': { icon: 'wifi', actions: ['cancel'], noteActions: ['checkNow'] },
  'wait:metered': { icon: 'clock', actions: ['downloadAnyway', 'cancel'] },
  'wait:save-data': { icon: 'clock', actions: ['downloadAnyway', 'cancel'] },
  'wait:space:stuck': { noteActions: ['showPlugins'] },
  'rolledBack:user': { noteActions: ['useVersion'] },
  'failure:signature': { noteActions: [] },
  'failure:archive': { noteActions: [] },
  'failure:untrusted-origin': { noteActions: [] },
  'failure:unsupported': { noteActions: [] },
  'failure:not-found': { noteActions: [] },
  'failure:storage-full': { noteActions: ['freeSpace'] },
  'failure:cancelled': { noteActions: ['downloadAgain'] },
  'failure:not-installed': { noteActions: ['install'] },
  'failure:corrupt': { noteActions: ['goBack', 'repair'] },
  'failure:downgrade': { noteActions: ['downgrade'] },
  'failure:quarantined': { noteActions: ['tryVersion'] },
  'failure:closed': { noteActions: ['reload'] },
}

export function lookOf(state: DownloadState, situation: Situation): Look {
  return { ...LOOKS[state], ...OF_SITUATION[situation] }
}

/** Of actions that have one. */
export const ACTION_ICONS: Partial<Readonly<Record<ActionName, IconName>>> = {
  pause: 'pause',
  resume: 'play',
  cancel: 'cross',
  dismiss: 'cross',
  startNow: 'up',
  tryNow: 'retry',
  tryAgain: 'retry',
  checkNow: 'retry',
  downloadAnyway: 'down',
  downloadAgain: 'down',
  open: 'play',
}

/** Of those in a note, what the eye should find first. */
export const MAIN_ACTIONS: ReadonlySet<ActionName> = new Set<ActionName>(['approve', 'freeSpace'])

function look(icon: IconName, actions: readonly ActionName[], noteActions: readonly ActionName[] = []): Look {
  return { icon, actions, noteActions }
}
