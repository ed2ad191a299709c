import type { Pacer } from './pacer.js'
import type { Asked, ScriptedAnswer } from './scriptedAnswers.js'

/** What a transport of a scripted origin needs: an answer for a request, and somebody to tell what became of it. */
export interface OriginDesk {
  readonly url: string
  readonly pacer: Pacer
  take(asked: Asked): Served
}

/** One request under way. */
export interface Served {
  /** What is left to do; a stalled answer that is released gets another end. */
  readonly answer: ScriptedAnswer
  sent(bytes: number): void
  /** Settles when the answer is released. */
  stalled(): Promise<void>
  /** Only the first call counts. */
  ended(outcome: 'complete' | 'cut' | 'gone'): void
}

/** One request, as it was answered. */
export interface ScriptedRequest extends Asked {
  /** Of the body, so far. */
  readonly bytesSent: number
  /** `cut`: by a fault; `gone`: the client went away. */
  readonly outcome: 'open' | 'complete' | 'cut' | 'gone'
}
