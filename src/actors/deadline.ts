import { type CallbackActorLogic, fromCallback } from 'xstate'
import type { DownloadRequest } from '../../machines/download.types.js'
import type { MemberInput } from '../../machines/supervisor.actors.js'
import { inBatches } from '../domain/taskBatches.js'
import type { Clock } from '../ports/clock.js'

const MAX_DELAY_MS = 2 ** 31 - 1

/** One timer for every back-off: XState's own cost each stop of an actor a look at all that are pending. */
export function createDeadline(
  clockOf: (input: MemberInput) => Clock,
): CallbackActorLogic<DownloadRequest, MemberInput> {
  return fromCallback<DownloadRequest, MemberInput>(({ input, receive, sendBack }) => {
    const clock = clockOf(input)
    const queue = new DueTimes()
    let timer: unknown
    const arm = (): void => {
      clock.clearTimeout(timer)
      const next = queue.next()
      if (next === undefined) return
      timer = clock.setTimeout(ring, Math.min(MAX_DELAY_MS, Math.max(0, next - clock.monotonic())))
    }
    const ring = (): void => {
      for (const taskIds of inBatches(queue.takeUntil(clock.monotonic())))
        sendBack({ type: 'deadline.reached', taskIds })
      arm()
    }
    receive((event) => {
      if (event.type === 'backoff.requested') queue.set(event.taskId, clock.monotonic() + remainingMs(event, clock))
      else queue.delete(event.taskId)
      arm()
    })
    return () => clock.clearTimeout(timer)
  })
}

/** Of a wait that began before a restart a part is over. A clock that was set back since makes it no longer than it was. */
function remainingMs({ delayMs, until }: { delayMs: number; until: number }, clock: Clock): number {
  return Math.min(delayMs, Math.max(0, until - clock.now()))
}

/** Times by task, soonest first: a binary heap whose outdated entries are dropped when they surface. */
class DueTimes {
  readonly #heap: { readonly taskId: string; readonly at: number }[] = []
  readonly #current = new Map<string, number>()

  set(taskId: string, at: number): void {
    this.#current.set(taskId, at)
    this.#heap.push({ taskId, at })
    this.#siftUp(this.#heap.length - 1)
  }

  delete(taskId: string): void {
    this.#current.delete(taskId)
  }

  next(): number | undefined {
    while (this.#heap[0] && this.#isOutdated(this.#heap[0])) this.#pop()
    return this.#heap[0]?.at
  }

  takeUntil(now: number): string[] {
    const taskIds: string[] = []
    for (let at = this.next(); at !== undefined && at <= now; at = this.next()) {
      const { taskId } = this.#pop()
      this.#current.delete(taskId)
      taskIds.push(taskId)
    }
    return taskIds
  }

  #isOutdated({ taskId, at }: { taskId: string; at: number }): boolean {
    return this.#current.get(taskId) !== at
  }

  #pop(): { taskId: string; at: number } {
    const top = this.#at(0)
    const last = this.#heap.pop()
    if (last && this.#heap.length > 0) {
      this.#heap[0] = last
      this.#siftDown(0)
    }
    return top
  }

  #siftUp(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1
      if (this.#at(parent).at <= this.#at(index).at) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #siftDown(start: number): void {
    for (let index = start; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2]
      let least = index
      if (left < this.#heap.length && this.#at(left).at < this.#at(least).at) least = left
      if (right < this.#heap.length && this.#at(right).at < this.#at(least).at) least = right
      if (least === index) return
      this.#swap(index, least)
      index = least
    }
  }

  #swap(left: number, right: number): void {
    const moved = this.#at(left)
    this.#heap[left] = this.#at(right)
    this.#heap[right] = moved
  }

  #at(index: number): { taskId: string; at: number } {
    const entry = this.#heap[index]
    if (!entry) throw new RangeError(`No entry ${index} in the heap`)
    return entry
  }
}
