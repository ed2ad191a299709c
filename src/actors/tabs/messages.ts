import type { TaskView } from '../../../machines/fleet.types.js'
import type { RosterWait } from '../../../machines/roster.js'
import type { SupervisorEmitted } from '../../../machines/supervisor.types.js'
import type { EvictionPlan } from '../../domain/evictionPlan.js'
import type { PolicyChange } from '../../domain/policy.js'
import type { PortableError } from '../../domain/portableError.js'
import type { TransferMeter } from '../../domain/progress.js'
import type { InstalledRecord } from '../../domain/records.js'
import type { RepairedVersion } from '../dockState.js'
import type { Notice } from '../notices.js'
import type { NamedHistory } from '../saneTimes.js'
import type { Call } from './calls.js'

/** A task as its leader shows it. */
export interface MirroredTask extends Omit<TaskView, 'actor'> {
  readonly meter: TransferMeter | undefined
  readonly wait: RosterWait | undefined
  /** Why it failed last, with its fields. */
  readonly error: PortableError | undefined
}

/** What changed at the leader, in the order in which it did. What is absent did not change. */
export interface News {
  readonly tasks?: readonly MirroredTask[]
  readonly removedTasks?: readonly string[]
  readonly installed?: readonly InstalledRecord[]
  readonly removedPlugins?: readonly string[]
  readonly histories?: readonly NamedHistory[]
  readonly policy?: PolicyChange
  readonly emitted?: SupervisorEmitted
  readonly notice?: Notice
  readonly repaired?: RepairedVersion
  readonly evicted?: EvictionPlan
  /** A plugin began or ended to be in use in some page. */
  readonly used?: true
}

/** Where in a leader's story somebody stands. */
export interface Place {
  /** Of the leadership: a lower one is over. */
  readonly epoch: number
  /** Counts the news of one leadership. */
  readonly seq: number
}

export type Answer =
  | { readonly id: string; readonly ok: true; readonly value: unknown }
  | { readonly id: string; readonly ok: false; readonly error: PortableError }

/** What the pages of one dock tell each other. */
export type TabMessage =
  /** Somebody follows, and wants to be told everything. */
  | { readonly type: 'plugdock.hello' }
  /** `isWhole`: whatever it does not name is not there. */
  | ({ readonly type: 'plugdock.news'; readonly isWhole: boolean; readonly news: News } & Place)
  | { readonly type: 'plugdock.call'; readonly call: Call; readonly isRepeated: boolean }
  /** To be believed by who has heard all news up to its place. */
  | ({ readonly type: 'plugdock.answer'; readonly answer: Answer } & Place)
  /** Is anybody there? `waiting`: the calls that were not answered yet. */
  | { readonly type: 'plugdock.ping'; readonly waiting: readonly string[] }
  /** `unknown`: those of them that never came. */
  | ({ readonly type: 'plugdock.pong'; readonly unknown: readonly string[] } & Place)
  /** Somebody is about to lead. */
  | { readonly type: 'plugdock.starting' }
  /** The leader is hidden: who can be seen? */
  | { readonly type: 'plugdock.seek' }
  | { readonly type: 'plugdock.visible'; readonly pageId: string }
  /** The leader has let go of everything but the lock, which is for this page. */
  | { readonly type: 'plugdock.heir'; readonly pageId: string }

/** Pages of one origin and one release talk here: the type is told by its prefix. */
export function isTabMessage(message: unknown): message is TabMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false
  return typeof message.type === 'string' && message.type.startsWith('plugdock.')
}
