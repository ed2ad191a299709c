import { type EventObject, fromCallback } from 'xstate'
import type { MemberInput, SupervisorActors } from '../../../machines/supervisor.actors.js'
import type { SupervisorEvent } from '../../../machines/supervisor.types.js'
import { ClosedError, FencedError } from '../../domain/errors/index.js'
import type { Channel } from '../../ports/host.js'
import { type DockState, isStillOpen, type OpenedStores, storesOf } from '../dockState.js'
import { dropLostTrials, resumeTrials } from '../trialsOfPage.js'
import { Answers } from './answers.js'
import { isTabMessage, type News, type Place, type TabMessage } from './messages.js'
import { describeEverything, describeTasks, movedTasks } from './news.js'

const HERALD_MS = 250

type StateOf = (input: MemberInput) => DockState

/** Carries out what the pages of a dock want, and tells those that follow what changed, while this one leads. */
export function createHerald(stateOf: StateOf): SupervisorActors['herald'] {
  return fromCallback<EventObject, MemberInput>(({ input, sendBack }) => {
    const state = stateOf(input)
    const { followers } = state.host
    const herald = followers && new Herald(state, followers.openChannel(), sendBack)
    const emitted = herald && input.supervisor.on('*', (event) => herald.tellNow({ emitted: event as News['emitted'] })) // reason: a supervisor emits nothing else
    state.mirroredWaits.clear()
    // the fleet starts in the same step, and has to know its tasks
    queueMicrotask(() => lead(state))
    return () => {
      emitted?.unsubscribe()
      herald?.end()
    }
  })
}

function lead(state: DockState): void {
  const { opened, host } = state
  // it may be over already
  if (opened?.role !== 'leader') return
  state.calls.lead((error) => {
    if (!host.followers || state.shuttingDown !== undefined) return false
    return isBecauseOver(state, opened, error)
  })
  void resumeTrials(state)
}

function isBecauseOver(state: DockState, opened: OpenedStores, error: unknown): boolean {
  return error instanceof FencedError || !isStillOpen(state, opened)
}

/** The voice of a leader. Speaks when somebody listens: whoever follows has said so. */
class Herald {
  readonly #state: DockState
  readonly #channel: Channel
  readonly #sendBack: (event: SupervisorEvent) => void
  readonly #answers: Answers
  readonly #changed = new Set<string>()
  readonly #places = new Map<string, string>()
  readonly #ends: (() => void)[] = []
  readonly #epoch: number
  #seq = 0
  #timer: unknown
  #hasAudience = false
  #isHandingOver = false

  constructor(state: DockState, channel: Channel, sendBack: (event: SupervisorEvent) => void) {
    this.#state = state
    this.#channel = channel
    this.#sendBack = sendBack
    const opened = storesOf(state)
    this.#epoch = opened.epoch
    this.#answers = new Answers(state.calls, {
      tell: (answer) => {
        this.#tellChanged()
        this.#post({ type: 'plugdock.answer', answer, ...this.#place() })
      },
      // closed as a whole: whoever leads next is asked
      isOver: (error) => error instanceof ClosedError || isBecauseOver(state, opened, error),
    })
    this.#watch()
    channel.listen((message) => {
      if (isTabMessage(message)) this.#hear(message)
    })
    // those that followed somebody else ask this page from now on
    this.#post({ type: 'plugdock.pong', unknown: [], ...this.#place() })
    this.#lookForHeir()
  }

  /** What is no change of tasks. Those that changed before are told before. */
  tellNow(news: News): void {
    if (!this.#hasAudience) return
    this.#tellChanged()
    this.#tell(news, false)
  }

  end(): void {
    this.#answers.end()
    this.#state.host.clock.clearTimeout(this.#timer)
    for (const end of this.#ends) end()
    this.#channel.close()
  }

  #watch(): void {
    const { journal, policy, appNotices, repaired, space, uses, host } = this.#state
    const { index, history } = storesOf(this.#state)
    const subscriptions = [
      journal.entries.subscribe((entry) => {
        const taskId = entry.type === 'changed' ? entry.view.record.taskId : entry.taskId
        this.#changed.add(taskId)
        if (entry.type === 'removed') this.#places.delete(taskId)
        this.#arm()
      }),
      policy.changes.subscribe(() => this.tellNow({ policy: policy.changed })),
      appNotices.told.subscribe((notice) => this.tellNow({ notice })),
      repaired.subscribe((version) => this.tellNow({ repaired: version })),
      space.evicted.subscribe((evicted) => this.tellNow({ evicted })),
      uses.subscribe(() => this.tellNow({ used: true })),
    ]
    index.onChange = (pluginId) => {
      const record = index.peek(pluginId)
      this.tellNow(record ? { installed: [record] } : { removedPlugins: [pluginId] })
      dropLostTrials(this.#state)
    }
    history.onChange = (pluginId) => {
      const known = history.of(pluginId)
      if (known) this.tellNow({ histories: [[pluginId, known]] })
    }
    this.#ends.push(
      () => {
        for (const subscription of subscriptions) subscription.unsubscribe()
      },
      host.conditions.watch(() => this.#lookForHeir()),
    )
  }

  #hear(message: TabMessage): void {
    switch (message.type) {
      case 'plugdock.hello':
        this.#hasAudience = true
        this.#changed.clear()
        return this.#tell(describeEverything(this.#state), true)
      case 'plugdock.call':
        this.#hasAudience = true
        // what it settles with is told by its answer
        return void this.#answers.receive(message.call, message.isRepeated)
      case 'plugdock.ping':
        this.#tellChanged()
        return this.#post({
          type: 'plugdock.pong',
          unknown: this.#answers.remind(message.waiting),
          ...this.#place(),
        })
      case 'plugdock.visible':
        return this.#handOver(message.pageId)
      default:
      // what followers and other leaders hear
    }
  }

  /** Timers of a page that nobody sees are slow, and the browser may take its process: one that is seen leads better. */
  #lookForHeir(): void {
    if (!this.#state.host.conditions.current.visible) this.#post({ type: 'plugdock.seek' })
  }

  #handOver(heir: string): void {
    if (this.#isHandingOver || this.#state.host.conditions.current.visible) return
    this.#isHandingOver = true
    this.#sendBack({ type: 'heir.found', heir })
  }

  #arm(): void {
    if (!this.#hasAudience) return
    this.#timer ??= this.#state.host.clock.setTimeout(() => {
      this.#timer = undefined
      this.#tellChanged()
    }, HERALD_MS)
  }

  #tellChanged(): void {
    if (!this.#hasAudience) return
    const moved = movedTasks(this.#state, this.#places)
    const taskIds = new Set([...this.#changed, ...moved])
    this.#changed.clear()
    if (taskIds.size > 0) this.#tell(describeTasks(this.#state, taskIds), false)
    this.#armWhileBusy()
  }

  #armWhileBusy(): void {
    if (this.#state.roster.busy) this.#arm()
  }

  #tell(news: News, isWhole: boolean): void {
    this.#seq++
    this.#post({ type: 'plugdock.news', news, isWhole, ...this.#place() })
  }

  #place(): Place {
    return { epoch: this.#epoch, seq: this.#seq }
  }

  #post(message: TabMessage): void {
    this.#channel.post(message)
  }
}
