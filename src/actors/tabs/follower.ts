import type { SupervisorEmitted } from '../../../machines/supervisor.types.js'
import { asPluginDockError } from '../../domain/failure.js'
import { fromPortable } from '../../domain/portableError.js'
import type { DownloadState } from '../../domain/progress.js'
import type { Channel, Followers } from '../../ports/host.js'
import type { DockState, OpenedStores } from '../dockState.js'
import { resumeTrials } from '../trialsOfPage.js'
import { Liveness } from './liveness.js'
import { isTabMessage, type Place, type TabMessage } from './messages.js'
import { Mirror } from './mirror.js'

/** Something is to happen to them soon, and nobody but a leader does it. */
const MOVING = new Set<DownloadState>(['resolving', 'queued', 'downloading', 'retrying', 'verifying', 'installing'])

interface FollowerTies {
  readonly followers: Followers
  readonly emit: (report: SupervisorEmitted) => void
}

type AnswerMessage = Extract<TabMessage, { type: 'plugdock.answer' }>

/** Listens to the leader, carries calls to it, and takes its place where it hangs. */
export class Follower {
  /** Settles when this page has the lock, and somebody else may have lost it. */
  readonly tookOver: Promise<void>
  readonly #state: DockState
  readonly #stores: OpenedStores
  readonly #ties: FollowerTies
  readonly #channel: Channel
  readonly #mirror: Mirror
  readonly #liveness: Liveness
  /** Answers that came before the news that they tell the outcome of. */
  readonly #early = new Map<string, AnswerMessage>()
  readonly #ends: (() => void)[] = []
  #takeOver: () => void = () => {}

  constructor(state: DockState, stores: OpenedStores, ties: FollowerTies) {
    this.#state = state
    this.#stores = stores
    this.#ties = ties
    this.#mirror = new Mirror(state, stores)
    this.#channel = ties.followers.openChannel()
    this.tookOver = new Promise((resolve, reject) => {
      this.#takeOver = () => {
        this.#takeOver = () => {}
        ties.followers.takeOver().then(() => {
          this.#post({ type: 'plugdock.starting' })
          resolve()
        }, reject)
      }
    })
    this.tookOver.catch(() => {})
    const { conditions, clock } = state.host
    this.#liveness = new Liveness({
      clock,
      isNeeded: () => this.#isLeaderNeeded(),
      isVisible: () => conditions.current.visible,
      ask: () => this.#post({ type: 'plugdock.ping', waiting: state.calls.waiting }),
      onSilent: () => this.#takeOver(),
    })
    this.#channel.listen((message) => {
      if (isTabMessage(message)) this.#hear(message)
    })
    state.calls.onCall = () => this.#liveness.look()
    this.#ends.push(
      () => {
        state.calls.onCall = () => {}
      },
      conditions.watch(() => this.#tellIfVisible()),
    )
    this.#post({ type: 'plugdock.hello' })
    this.#tellIfVisible()
  }

  async close(): Promise<void> {
    this.#liveness.end()
    for (const end of this.#ends) end()
    this.#channel.close()
    await this.#stores.close()
  }

  #hear(message: TabMessage): void {
    switch (message.type) {
      case 'plugdock.news':
      case 'plugdock.answer':
      case 'plugdock.pong':
        return this.#hearLeader(message)
      case 'plugdock.starting':
        return this.#liveness.heard()
      case 'plugdock.seek':
        return this.#tellIfVisible()
      case 'plugdock.heir':
        if (message.pageId === this.#state.pageId) this.#takeOver()
        return
      default:
      // what leaders hear
    }
  }

  #hearLeader(message: Extract<TabMessage, Place>): void {
    if (this.#mirror.isOver(message)) return
    const isNew = this.#mirror.meet(message)
    if (message.type === 'plugdock.news') this.#hearNews(message)
    else if (message.type === 'plugdock.answer') this.#early.set(message.answer.id, message)
    else this.#state.calls.repeat(message.unknown)
    if (isNew) this.#begin()
    else if (!this.#mirror.reaches(message)) this.#post({ type: 'plugdock.hello' })
    this.#settleReached()
    this.#liveness.heard()
  }

  #hearNews(message: Extract<TabMessage, { type: 'plugdock.news' }>): void {
    const { news, isWhole } = message
    if (this.#mirror.take(message, news, isWhole) && news.emitted) this.#ties.emit(news.emitted)
  }

  /** This leader was not met before: it is asked for everything, and for what no other has answered. */
  #begin(): void {
    if (!this.#mirror.isWhole) this.#post({ type: 'plugdock.hello' })
    this.#state.calls.connect((call, isRepeated) => {
      try {
        this.#post({ type: 'plugdock.call', call, isRepeated })
      } catch (error) {
        // what no message can carry
        this.#state.calls.reject(call.id, asPluginDockError(error))
      }
    })
    void resumeTrials(this.#state)
  }

  #settleReached(): void {
    for (const [id, message] of this.#early) {
      if (!this.#mirror.isOver(message) && !this.#mirror.reaches(message)) continue
      this.#early.delete(id)
      const { answer } = message
      if (this.#mirror.isOver(message)) continue
      if (answer.ok) this.#state.calls.resolve(id, answer.value)
      else this.#state.calls.reject(id, fromPortable(answer.error))
    }
  }

  #isLeaderNeeded(): boolean {
    if (!this.#mirror.isWhole || this.#state.calls.waiting.length > 0) return true
    for (const { record } of this.#state.journal.views.values()) if (MOVING.has(record.state)) return true
    return false
  }

  #tellIfVisible(): void {
    const { pageId, host } = this.#state
    if (!host.conditions.current.visible) return
    this.#post({ type: 'plugdock.visible', pageId })
    this.#liveness.look()
  }

  #post(message: TabMessage): void {
    this.#channel.post(message)
  }
}
