import type { DownloadProgress } from '../../domain/progress.js'
import type { Parameters } from '../words/fill.js'
import type { ActionName, Situation } from '../words/messages.js'
import type { CardWords } from '../words/words.js'
import { ACTION_ICONS, type IconName, lookOf, MAIN_ACTIONS } from './looks.js'

type Callback = (taskId: string) => void

/** What the app can do about a download. An action without its callback is not offered. */
export interface DownloadCallbacks {
  readonly onPause?: Callback | undefined
  readonly onResume?: Callback | undefined
  readonly onCancel?: Callback | undefined
  /** Try again, try now, check now. */
  readonly onRetry?: Callback | undefined
  readonly onDismiss?: Callback | undefined
  readonly onOpen?: Callback | undefined
  /** Ahead of all others. */
  readonly onStartNow?: Callback | undefined
  /** On this connection, whatever it costs. */
  readonly onApprove?: Callback | undefined
  /** Shows what it would cost, and asks for how long the answer holds. */
  readonly onConsentOptions?: Callback | undefined
  /** Not on this connection. */
  readonly onPostpone?: Callback | undefined
  readonly onFreeSpace?: Callback | undefined
  readonly onShowPlugins?: Callback | undefined
  /** A cancelled or missing one, from its start. */
  readonly onDownloadAgain?: Callback | undefined
  /** A version that was rolled back. */
  readonly onTryVersion?: Callback | undefined
  readonly onRepair?: Callback | undefined
  readonly onGoBack?: Callback | undefined
  /** An older version, on purpose. */
  readonly onDowngrade?: Callback | undefined
  readonly onReload?: Callback | undefined
}

const CALLBACKS: Readonly<Record<ActionName, keyof DownloadCallbacks>> = {
  pause: 'onPause',
  resume: 'onResume',
  cancel: 'onCancel',
  startNow: 'onStartNow',
  tryNow: 'onRetry',
  tryAgain: 'onRetry',
  checkNow: 'onRetry',
  postpone: 'onPostpone',
  approve: 'onApprove',
  downloadAnyway: 'onApprove',
  consentOptions: 'onConsentOptions',
  freeSpace: 'onFreeSpace',
  showPlugins: 'onShowPlugins',
  open: 'onOpen',
  dismiss: 'onDismiss',
  downloadAgain: 'onDownloadAgain',
  tryVersion: 'onTryVersion',
  useVersion: 'onTryVersion',
  install: 'onDownloadAgain',
  repair: 'onRepair',
  goBack: 'onGoBack',
  downgrade: 'onDowngrade',
  reload: 'onReload',
}

export interface CardAction {
  readonly name: ActionName
  readonly label: string
  readonly icon: IconName | undefined
  readonly isMain: boolean
  run(): void
}

export interface CardActions {
  /** Up to three, as icons. */
  readonly beside: readonly CardAction[]
  readonly inNote: readonly CardAction[]
}

/** What can be done now: what the situation allows and the app knows how to do. */
export function actionsOf(
  { state, taskId }: DownloadProgress,
  situation: Situation,
  parameters: Parameters,
  callbacks: DownloadCallbacks,
  words: CardWords,
): CardActions {
  const look = lookOf(state, situation)
  const offer = (name: ActionName): CardAction[] => {
    const callback = callbacks[CALLBACKS[name]]
    const label = words.say(words.messages.buttons[name], parameters)
    if (!callback || label === undefined) return []
    return [{ name, label, icon: ACTION_ICONS[name], isMain: MAIN_ACTIONS.has(name), run: () => callback(taskId) }]
  }
  return { beside: look.actions.flatMap(offer), inNote: look.noteActions.flatMap(offer) }
}
