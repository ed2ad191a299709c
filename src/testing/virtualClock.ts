import type { Clock } from '../ports/clock.js'
import { seededRandom } from './seededRandom.js'

export interface VirtualClockOptions {
  /** Epoch ms at the start. @default 2026-01-01T00:00:00Z */
  readonly now?: number
  /** The same seed, the same chance. @default 1 */
  readonly seed?: number
  /** How often the event loop turns before the next timer is looked at. @default 8 */
  readonly turns?: number
}

/** Time that passes when it is told to. */
export interface VirtualClock extends Clock {
  /**
   * Lets `delayMs` pass. Timers run one by one, in order, each at its own due time, and between two of them what they
   * began may go on: promises, messages, streams.
   */
  advance(delayMs: number): Promise<void>
  /** Lets time pass until the next timer ran; `false` where there is none. */
  advanceToNext(): Promise<boolean>
  /** Turns the event loop without letting time pass. */
  settle(): Promise<void>
  /**
   * Lets `delayMs` pass while nothing runs, as in a page that is frozen or a thread that is busy. Timers that came due
   * meanwhile run late, with the next `advance`.
   */
  standStill(delayMs: number): void
  /** As a user sets the device's clock: `now` jumps, `monotonic` and timers do not. */
  setNow(epochMs: number): void
  /** Timers that wait. */
  readonly pendingTimers: number
}

interface Timer {
  readonly dueMs: number
  readonly seq: number
  readonly callback: () => void
}

/** A {@link Clock} for tests, with a seeded `random`. */
export function createVirtualClock({
  now = Date.UTC(2026, 0, 1),
  seed = 1,
  turns = 8,
}: VirtualClockOptions = {}): VirtualClock {
  const timers = createHeap()
  const cancelled = new Set<Timer>()
  const random = seededRandom(seed)
  let epochMs = now
  let elapsedMs = 0
  let seq = 0

  const passUntil = (time: number) => {
    epochMs += time - elapsedMs
    elapsedMs = time
  }
  const next = (): Timer | undefined => {
    for (let first = timers.peek(); first && cancelled.delete(first); first = timers.peek()) timers.pop()
    return timers.peek()
  }
  const settle = async () => {
    for (let turn = 0; turn < turns; turn++) await macrotask()
  }
  const runNext = async (untilMs: number): Promise<boolean> => {
    await settle()
    const timer = next()
    if (!timer || timer.dueMs > untilMs) return false
    timers.pop()
    passUntil(Math.max(elapsedMs, timer.dueMs))
    timer.callback()
    return true
  }

  return {
    now: () => epochMs,
    monotonic: () => elapsedMs,
    random,
    setTimeout(callback, delayMs) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs || 0), seq: seq++, callback }
      timers.push(timer)
      return timer
    },
    clearTimeout(timer) {
      // Only what `setTimeout` above returned comes back here; a timer that ran is in the heap no more.
      if (timers.has(timer as Timer)) cancelled.add(timer as Timer)
    },
    async advance(delayMs) {
      const untilMs = elapsedMs + delayMs
      while (await runNext(untilMs)) {}
      passUntil(untilMs)
      await settle()
    },
    async advanceToNext() {
      const ran = await runNext(Number.POSITIVE_INFINITY)
      await settle()
      return ran
    },
    settle,
    standStill: (delayMs) => passUntil(elapsedMs + delayMs),
    setNow(time) {
      epochMs = time
    },
    get pendingTimers() {
      return timers.size - cancelled.size
    },
  }
}

/** Earliest first; of two that are due at once, the one that was set first. */
function createHeap() {
  const items: Timer[] = []
  const members = new Set<Timer>()
  const swap = (left: number, right: number) => {
    const [first, second] = [items[left], items[right]]
    if (!first || !second) return
    items[left] = second
    items[right] = first
  }
  const before = (left: number, right: number) => isBefore(items[left], items[right])
  const sink = (from: number) => {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = before(left, at) ? left : at
      if (before(right, least)) least = right
      if (least === at) return
      swap(at, least)
      at = least
    }
  }
  return {
    get size() {
      return items.length
    },
    has: (timer: Timer) => members.has(timer),
    peek: (): Timer | undefined => items[0],
    push(timer: Timer) {
      members.add(timer)
      let at = items.push(timer) - 1
      for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent)
        at = parent
      }
    },
    pop() {
      swap(0, items.length - 1)
      const first = items.pop()
      if (first) members.delete(first)
      sink(0)
    },
  }
}

function isBefore(left: Timer | undefined, right: Timer | undefined): boolean {
  if (!left || !right) return false
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.seq < right.seq)
}

/** One turn of the event loop, without a timer. */
function macrotask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
