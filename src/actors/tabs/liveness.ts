import type { Clock } from '../../ports/clock.js'

/** Of a leader that is awaited: from then on it is asked. */
const SILENCE_MS = 750
const QUESTION_MS = 500
const QUESTIONS = 3
/** A look that comes so much later than it was due: this page stood still, and answers may lie unread. */
const LATE_MS = 1500

export interface LivenessOptions {
  readonly clock: Clock
  /** Whether anything is wanted of the leader now. */
  readonly isNeeded: () => boolean
  /** Whether somebody sees this page. */
  readonly isVisible: () => boolean
  readonly ask: () => void
  /** The leader does not answer, and this page may do something about it. */
  readonly onSilent: () => void
}

/**
 * Asks a leader that is needed, and silent, whether it lives. Only its answers count: timers of a page that nobody sees
 * are slow, messages are not.
 */
export class Liveness {
  readonly #options: LivenessOptions
  #timer: unknown
  #dueAt = 0
  #heardAt: number
  #unanswered = 0

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#heardAt = options.clock.monotonic()
  }

  /** The leader has said something. */
  heard(): void {
    this.#heardAt = this.#options.clock.monotonic()
    this.#unanswered = 0
    this.look()
  }

  /** Something may be wanted of the leader by now. */
  look(): void {
    if (this.#timer !== undefined || !this.#options.isNeeded()) return
    // nobody had to say anything while nothing was wanted
    this.#heardAt = Math.max(this.#heardAt, this.#options.clock.monotonic() - SILENCE_MS + QUESTION_MS)
    this.#arm()
  }

  end(): void {
    this.#options.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(): void {
    const { clock } = this.#options
    // so that of several pages one comes first
    const delayMs = QUESTION_MS * (1 + clock.random() / 5)
    this.#dueAt = clock.monotonic() + delayMs
    this.#timer = clock.setTimeout(() => this.#count(), delayMs)
  }

  #count(): void {
    this.#timer = undefined
    const { clock, isNeeded, isVisible, ask, onSilent } = this.#options
    const now = clock.monotonic()
    if (now > this.#dueAt + LATE_MS) this.#unanswered = 0
    if (!isNeeded()) {
      this.#unanswered = 0
      return
    }
    if (this.#unanswered >= QUESTIONS && isVisible()) {
      this.#unanswered = 0
      return onSilent()
    }
    if (now - this.#heardAt >= SILENCE_MS) {
      this.#unanswered++
      ask()
    }
    this.#arm()
  }
}
