import { type EventObject, fromCallback } from 'xstate'
import type { TaskView } from '../../machines/fleet.types.js'
import type { MemberInput, SupervisorActors } from '../../machines/supervisor.actors.js'
import { asPluginDockError, toFailure } from '../domain/failure.js'
import type { TransferMeter } from '../domain/progress.js'
import { type InstalledRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { createLocalEngine } from '../engine/localEngine.js'
import type { Channel, Followers, HostStores } from '../ports/host.js'
import { type DockState, type FollowerMessage, storesOf } from './dockState.js'
import { InstalledIndex } from './installedIndex.js'
import { hearFollower } from './lastUse.js'
import { readKind } from './recordKinds.js'
import { reporting } from './reporting.js'
import { VersionHistory } from './versionHistory.js'

const HERALD_MS = 250

type StateOf = (input: MemberInput) => DockState
type MirroredTask = Omit<TaskView, 'actor'> & { readonly meter: TransferMeter | undefined }

/** What the pages of one dock tell each other. */
type MirrorMessage =
  /** A follower is new and wants to see everything. */
  | { readonly type: 'plugdock.hello' }
  | { readonly type: 'plugdock.tasks'; readonly tasks: readonly MirroredTask[]; readonly removed: readonly string[] }
  | { readonly type: 'plugdock.installed' }
  | FollowerMessage

/** Tells followers what changed, at most a few times a second; whoever is new is told everything. */
export function createHerald(stateOf: StateOf): SupervisorActors['herald'] {
  return fromCallback<EventObject, MemberInput>(({ input }) => {
    const state = stateOf(input)
    const { followers } = state.host
    return followers && announce(state, followers.openChannel())
  })
}

function announce(state: DockState, channel: Channel): () => void {
  const { clock } = state.host
  const changed = new Set<string>()
  let timer: unknown
  const post = (message: MirrorMessage): void => channel.post(message)
  const tell = (): void => {
    timer = undefined
    for (const [taskId, { record }] of state.journal.views) if (record.state === 'downloading') changed.add(taskId)
    if (changed.size === 0) return
    post(describeTasks(state, [...changed]))
    changed.clear()
    arm()
  }
  const arm = (): void => {
    timer ??= clock.setTimeout(tell, HERALD_MS)
  }
  const entries = state.journal.entries.subscribe((entry) => {
    changed.add(entry.type === 'changed' ? entry.view.record.taskId : entry.taskId)
    arm()
  })
  storesOf(state).index.onChange = () => post({ type: 'plugdock.installed' })
  channel.listen((message) => {
    if (!isMirrorMessage(message)) return
    if (message.type === 'plugdock.hello') post(describeTasks(state, [...state.journal.views.keys()]))
    // what cannot be written now is written at the next use
    if (message.type === 'plugdock.used' || message.type === 'plugdock.released')
      hearFollower(state, message).catch(() => {})
  })
  return () => {
    clock.clearTimeout(timer)
    entries.unsubscribe()
    channel.close()
  }
}

function describeTasks({ journal, tasks }: DockState, taskIds: readonly string[]): MirrorMessage {
  const shown: MirroredTask[] = []
  const removed: string[] = []
  for (const taskId of taskIds) {
    const view = journal.views.get(taskId)
    if (view) shown.push({ ...plain(view), meter: tasks.get(taskId)?.meter })
    else removed.push(taskId)
  }
  return { type: 'plugdock.tasks', tasks: shown, removed }
}

function plain({ record, backoff, shortage }: TaskView): Omit<TaskView, 'actor'> {
  return { record, backoff, shortage }
}

/** Reads and shows until the leader is gone. */
export function createFollow(stateOf: StateOf): SupervisorActors['follow'] {
  return reporting(async (input: MemberInput, signal, report) => {
    const state = stateOf(input)
    const { followers } = state.host
    try {
      if (!followers) throw new Error('This host has no followers')
      await follow(state, followers, signal, () => report({ type: 'follow.opened' }))
      return { type: 'leader.gone' }
    } catch (error) {
      state.bootError = asPluginDockError(error)
      return { type: 'follow.failed', failure: toFailure(error) }
    }
  })
}

async function follow(state: DockState, followers: Followers, signal: AbortSignal, opened: () => void): Promise<void> {
  const stores = await followers.openToRead()
  const channel = followers.openChannel()
  try {
    const records = await stores.records.list('')
    const tellLeader = (message: FollowerMessage): void => channel.post(message)
    const isUnderstood = records.every(({ value }) => readRecord(value) !== undefined)
    const installed = readKind<InstalledRecord>(records, RECORD_KINDS.installed)
    const index = new InstalledIndex(stores.records, 0, installed)
    const engine = stores.engine ?? createLocalEngine({ ...state.host, bundles: stores.bundles })
    const history = new VersionHistory([], [])
    state.opened = {
      ...stores,
      role: 'follower',
      engine,
      epoch: 0,
      index,
      history,
      restored: [],
      isUnderstood,
      tellLeader,
    }
    channel.listen((message) => {
      if (isMirrorMessage(message)) void mirror(state, message, stores, index)
    })
    channel.post({ type: 'plugdock.hello' } satisfies MirrorMessage)
    opened()
    await untilItMayLead(followers, stores, signal)
  } finally {
    channel.close()
    state.opened = undefined
    await stores.close()
  }
}

/** The leader is gone, or this page was away, and everything is to be looked at anew. */
async function untilItMayLead(followers: Followers, { lost }: HostStores, signal: AbortSignal): Promise<void> {
  const back = new AbortController()
  void lost?.then(() => back.abort())
  try {
    await followers.untilLeaderless(AbortSignal.any([signal, back.signal]))
  } catch (error) {
    if (!back.signal.aborted) throw error
  }
}

async function mirror(
  state: DockState,
  message: MirrorMessage,
  stores: HostStores,
  index: InstalledIndex,
): Promise<void> {
  if (message.type === 'plugdock.installed') index.replace(await readInstalled(stores))
  if (message.type !== 'plugdock.tasks') return
  for (const { meter, ...view } of message.tasks) {
    if (meter) state.tasks.set(view.record.taskId, { meter })
    state.journal.show(view)
  }
  for (const taskId of message.removed) state.journal.hide(taskId)
}

async function readInstalled({ records }: HostStores): Promise<readonly InstalledRecord[]> {
  return readKind<InstalledRecord>(await records.list(RECORD_KINDS.installed), RECORD_KINDS.installed)
}

/** Pages of one origin and one release talk here: the type is told by its prefix. */
function isMirrorMessage(message: unknown): message is MirrorMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false
  return typeof message.type === 'string' && message.type.startsWith('plugdock.')
}
