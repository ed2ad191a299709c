import { fromCallback } from 'xstate'
import type { MemberInput, SupervisorActors } from '../../../machines/supervisor.actors.js'
import type { SupervisorCommand, SupervisorEmitted } from '../../../machines/supervisor.types.js'
import { asPluginDockError, toFailure } from '../../domain/failure.js'
import { laterPart } from '../../domain/laterPart.js'
import type { Followers, HostStores } from '../../ports/host.js'
import { engineOver, readAll } from '../boot.js'
import { type DockState, type OpenedStores, setOpened } from '../dockState.js'
import { InstalledIndex } from '../installedIndex.js'
import { VersionHistory } from '../versionHistory.js'
import type { Follower } from './follower.js'

const following = laterPart('pages that follow', () => import('./follower.js'))

type StateOf = (input: MemberInput) => DockState

/** Reads, shows what the leader does, and has it do what is wanted here, until this page is to lead. */
export function createFollow(stateOf: StateOf): SupervisorActors['follow'] {
  return fromCallback<SupervisorCommand, MemberInput>(({ input, sendBack, receive }) => {
    const state = stateOf(input)
    const abort = new AbortController()
    // nobody waits for what an event brings about
    receive((command) => void state.calls.make('supervisor.send', command).catch(() => {}))
    const emit = (report: SupervisorEmitted): void => sendBack({ type: 'fleet.reported', report })
    const opened = (): void => sendBack({ type: 'follow.opened' })
    follow(state, { signal: abort.signal, opened, emit }).then(
      () => sendBack({ type: 'leader.gone' }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        state.bootError = asPluginDockError(error)
        state.calls.close(state.bootError)
        sendBack({ type: 'follow.failed', failure: toFailure(error) })
      },
    )
    return () => abort.abort()
  })
}

interface Following {
  readonly signal: AbortSignal
  readonly opened: () => void
  readonly emit: (report: SupervisorEmitted) => void
}

async function follow(state: DockState, { signal, opened, emit }: Following): Promise<void> {
  const { followers } = state.host
  if (!followers) throw new Error('This host has no followers')
  state.policy.leave()
  const { Follower } = await following.load(state.host)
  const stores = await openToRead(state, followers)
  const follower = new Follower(state, stores, { followers, emit })
  if (signal.aborted) return follower.close()
  // whoever opens the stores anew, or closes the dock, closes these before
  setOpened(state, { ...stores, close: () => follower.close() })
  opened()
  await untilItMayLead(followers, follower, stores, signal)
}

async function openToRead(state: DockState, followers: Followers): Promise<OpenedStores> {
  const stores = await followers.openToRead()
  try {
    const { installed, foreign, histories, downloads, isUnderstood } = await readAll(stores, state.host.clock.now())
    await state.policy.open(stores.records)
    await state.trust.open(stores.records, state.host)
    const index = new InstalledIndex(stores.records, 0, installed, foreign)
    const engine = stores.engine ?? (await engineOver(state, stores))
    const history = new VersionHistory(histories, [])
    // what was written last, until the leader says what is
    for (const record of downloads) {
      if (!state.journal.views.has(record.taskId)) state.journal.show({ record })
    }
    return { ...stores, role: 'follower', engine, epoch: 0, index, history, restored: [], isUnderstood }
  } catch (error) {
    await stores.close()
    throw error
  }
}

/** The leader is gone, or does not answer, or this page was away, and everything is to be looked at anew. */
async function untilItMayLead(
  followers: Followers,
  follower: Follower,
  { lost }: HostStores,
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController()
  const anySignal = AbortSignal.any([signal, enough.signal])
  const isBack = lost ?? new Promise<never>(() => {})
  const leaderless = followers.untilLeaderless(anySignal)
  // it may be withdrawn below
  leaderless.catch(() => {})
  try {
    await Promise.race([leaderless, follower.tookOver, isBack])
  } finally {
    enough.abort()
  }
}
