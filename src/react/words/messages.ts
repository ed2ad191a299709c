import type { PluginDockErrorCode } from '../../domain/errors/index.js'
import type { DownloadState, WaitReason } from '../../domain/progress.js'
import type { Message, PluralMessage } from './message.js'
import type { WidgetMessages } from './widgetMessages.js'

export type { Message, PluralMessage } from './message.js'

/** What a card says of a download. Title and sentence stand in one row, the note in a panel of its own. */
export interface SituationMessages {
  readonly title: Message
  readonly sentence?: Message
  readonly note?: Message
  /** Follows the note where bytes are held. */
  readonly kept?: Message
  /** In place of a title that counts down, for screen readers. */
  readonly stillTitle?: Message
  /** In place of a sentence that counts, for screen readers. */
  readonly stillSentence?: Message
}

/** What a download may be in, as far as words go. A reason has its own, which win over those of the state. */
export type Situation =
  | DownloadState
  | 'downloading:sizeUnknown'
  | 'downloading:silent'
  | 'downloading:limited'
  | 'paused:empty'
  | 'installing:update'
  | 'rolledBack:slow'
  | 'rolledBack:reported'
  | 'rolledBack:damaged'
  | 'rolledBack:user'
  | 'cancelled:empty'
  | `wait:${WaitReason['code']}`
  | 'wait:slot:later'
  | 'wait:backoff:stall'
  | 'wait:backoff:damaged'
  | 'wait:server-busy:soon'
  | 'wait:space:stuck'
  | 'wait:user:empty'
  | `failure:${PluginDockErrorCode}`
  | 'failure:http-status:access'
  | 'failure:http-status:gone'
  | 'failure:http-status:busy'

/** What a person may do about a download. */
export type ActionName =
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'startNow'
  | 'tryNow'
  | 'tryAgain'
  | 'checkNow'
  | 'postpone'
  | 'approve'
  | 'downloadAnyway'
  | 'consentOptions'
  | 'freeSpace'
  | 'showPlugins'
  | 'open'
  | 'dismiss'
  | 'downloadAgain'
  | 'tryVersion'
  | 'useVersion'
  | 'install'
  | 'repair'
  | 'goBack'
  | 'downgrade'
  | 'reload'

export type ButtonName = ActionName | 'keepGoing' | 'cancelDownload' | 'details' | 'pauseAll' | 'resumeAll' | 'browse'

export type GroupName = 'needsYou' | 'downloading' | 'waiting' | 'paused' | 'done'

export interface FigureMessages {
  /** `{done}` without its unit, `{total}` with it. */
  readonly pair: Message
  readonly sizeUnknown: Message
  readonly soFar: Message
  readonly kept: Message
  readonly alreadyHere: Message
  readonly toDownload: Message
  readonly downloaded: Message
  readonly reused: Message
  readonly attempt: Message
  readonly tried: Message
  readonly place: Message
  /** Of `{n}`, by ordinal category. */
  readonly ordinal: PluralMessage
  readonly slowerThan: Message
}

export interface RemainingMessages {
  readonly calculating: Message
  readonly fewSeconds: Message
  readonly left: Message
  readonly hoursAndMinutes: Message
  readonly overHalfDay: Message
  readonly overDay: Message
}

export interface ListMessages {
  readonly title: Message
  readonly groups: Readonly<Record<GroupName, Message>>
  readonly atATime: Message
  readonly unknownSizes: Message
  readonly progressName: Message
  readonly emptyTitle: Message
  readonly emptyText: Message
}

export interface SpokenMessages {
  readonly started: Message
  readonly startedUnsized: Message
  readonly quartile: Message
  readonly totalQuartile: Message
  readonly state: Message
  readonly stateOnly: Message
  /** Which turn a download has, once a person has changed it. */
  readonly turn: Message
  readonly merged: Message
  readonly mergedDone: Message
  readonly mergedNeedsYou: Message
}

/** What a card and a list of cards say. */
export interface CardMessages {
  readonly situations: Readonly<Record<Situation, SituationMessages>>
  /** Added where an update fails. */
  readonly previousKeepsWorking: Message
  readonly buttons: Readonly<Record<ButtonName, Message>>
  readonly figures: FigureMessages
  readonly remaining: RemainingMessages
  readonly steps: Readonly<Record<'label' | 'download' | 'check' | 'install', Message>>
  readonly list: ListMessages
  readonly spoken: SpokenMessages
  readonly cancelAsked: Message
  /** The name of a bar, of `{name}`. */
  readonly progressName: Message
  readonly nameless: Message
  readonly server: Message
  readonly justNow: Message
  /** Terms of the details. */
  readonly details: Readonly<Record<'code' | 'message' | 'address' | 'status' | 'attempt', Message>>
}

/** Every word of the widgets in one language. English and German come with the package. */
export interface Messages extends CardMessages, WidgetMessages {}
