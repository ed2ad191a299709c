import type { RollbackCause } from '../../domain/plugin.js'
import type { Message } from './message.js'
import type { NetworkMessages } from './networkMessages.js'

export interface StorageMessages {
  readonly title: Message
  /** Of `{size}`. */
  readonly used: Message
  readonly free: Message
  readonly freeOfAll: Message
  /** For screen readers, of all together. */
  readonly valueText: Message
  readonly nearlyFull: Message
  readonly full: Message
  readonly empty: Message
  readonly toGoBack: Message
  readonly skipped: Message
  readonly unfinished: Message
  readonly others: Message
  readonly leftovers: Message
  readonly mayBeRemoved: Message
  readonly askToKeep: Message
  /** What the browser said. */
  readonly keptNow: Message
  readonly notKept: Message
  readonly checkAll: Message
  readonly checkingAll: Message
  readonly allWhole: Message
  /** Of `{names}`. */
  readonly someDamaged: Message
  readonly notChecked: Message
}

export interface FreeSpaceMessages {
  readonly titleFor: Message
  readonly titleOf: Message
  readonly title: Message
  readonly suggested: Message
  readonly choose: Message
  readonly onlyPinned: Message
  readonly listName: Message
  readonly version: Message
  readonly previous: Message
  readonly quarantined: Message
  readonly plugin: Message
  readonly neverUsed: Message
  readonly pinned: Message
  readonly pinnedNeverUsed: Message
  readonly leftovers: Message
  readonly leftoversText: Message
  readonly kept: Message
  readonly keptPinned: Message
  readonly keptInUse: Message
  readonly selected: Message
  readonly selectedOf: Message
  readonly nothing: Message
  /** What may go could not be found out. */
  readonly unreadable: Message
  readonly notEnough: Message
  readonly notNow: Message
  readonly close: Message
  readonly remove: Message
  readonly removeAndContinue: Message
  readonly selectMore: Message
  readonly removing: Message
  readonly failed: Message
  readonly freed: Message
  readonly goesOn: Message
}

export interface LibraryMessages {
  readonly title: Message
  readonly listName: Message
  readonly emptyTitle: Message
  readonly emptyText: Message
  readonly noMatch: Message
  readonly clear: Message
  readonly search: Message
  readonly sortBy: Message
  readonly sorts: Readonly<Record<LibrarySort, Message>>
  readonly usedAgo: Message
  readonly neverUsed: Message
  readonly versions: Message
  readonly chips: Readonly<Record<LibraryChip, Message>>
  readonly roles: Readonly<Record<'active' | 'previous' | 'quarantined', Message>>
  readonly works: Message
  readonly checkedJustNow: Message
  readonly installed: Message
  readonly onTrial: Message
  readonly damaged: Message
  readonly kept: Message
  readonly condemned: Readonly<Record<RollbackCause, Message>>
  readonly skippedUntil: Message
  readonly more: Message
  readonly update: Message
  readonly installAgain: Message
  readonly goBackToThis: Message
  readonly tryAgain: Message
  readonly pin: Message
  readonly unpin: Message
  readonly check: Message
  readonly remove: Message
  readonly removeNow: Message
  readonly keep: Message
  readonly askPinned: Message
  readonly askInUse: Message
  readonly removedByBrowser: Message
  readonly checking: Message
  readonly failed: Message
  readonly removed: Message
}

export type LibrarySort = 'name' | 'size' | 'lastUsed'

export type LibraryChip = 'rolledBack' | 'damaged' | 'update' | 'pinned' | 'lost' | 'broken'

export interface RollbackMessages {
  readonly title: Message
  readonly causes: Readonly<Record<RollbackCause, Message>>
  readonly ok: Message
  readonly details: Message
  readonly reason: Message
  readonly until: Message
}

export type NoticeKind =
  | 'installed'
  | 'failed'
  | 'rolledBack'
  | 'storageFull'
  | 'consentNeeded'
  | 'evicted'
  | 'repaired'
  | 'storageLost'

export interface NoticeMessages {
  readonly title: Message
  readonly button: Message
  readonly buttonNew: Message
  readonly clear: Message
  readonly empty: Message
  readonly kinds: Readonly<Record<NoticeKind, NoticeText>>
  readonly tell: Message
  readonly blocked: Message
  readonly offer: Message
  readonly yes: Message
  readonly no: Message
  readonly system: Readonly<Record<'ready' | 'needsYou' | 'backOn', Message>>
}

export interface NoticeText {
  readonly title: Message
  readonly text?: Message
  /** Of more than three together. */
  readonly many: Message
}

export interface SpeedMessages {
  readonly lastMinute: Message
  /** Its name, for screen readers. */
  readonly name: Message
  readonly nameAtRest: Message
  readonly atRest: Message
  readonly limit: Message
}

/** The words of the widgets beside card and list. */
export interface WidgetMessages extends NetworkMessages {
  readonly storage: StorageMessages
  readonly freeSpace: FreeSpaceMessages
  readonly library: LibraryMessages
  readonly rollback: RollbackMessages
  readonly notices: NoticeMessages
  readonly speed: SpeedMessages
}
