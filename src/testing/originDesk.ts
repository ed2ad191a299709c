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
  readonly answer: ScriptedAnswer
  sent(bytes: number): void
  stalled(): void
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
